#pragma once

#include "daemon/warehouse/deadline.hpp"
#include "daemon/warehouse/postgres.hpp"

#include <pqxx/pqxx>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ketensync::warehouse {

/// One connection to PostgreSQL, made once and never again by itself: who lost it asks how far the warehouse is. The
/// library's exceptions end here. One thread owns it.
class PostgresSession {
public:
    static Result<std::unique_ptr<PostgresSession>> open(PostgresAccess const & access);

    /// What is done in one transaction: every word to the server goes through it, so that each has its deadline.
    class Work {
    public:
        pqxx::result ask(std::string const & sql);
        /// A statement that may fail without ending the transaction: false when it names what is not there (yet).
        bool try_out(std::string const & sql);
        std::string quoted(std::string_view text) const;
        pqxx::work & transaction() { return m_transaction; }
        /// The server has the whole patience again.
        void sign_of_life() { m_session.m_deadline->begin(); }

    private:
        friend class PostgresSession;
        explicit Work(PostgresSession & session);
        PostgresSession & m_session;
        pqxx::work m_transaction;
    };
    /// One statement that must not be part of a transaction.
    Result<void> alone(std::string const & sql);
    /// Commits when `work` gives no failure. A lost answer to the commit is Failure::unavailable: nobody knows.
    Result<void> transact(std::function<Result<void>(Work &)> const & work);

private:
    PostgresSession() = default;
    Result<void> guarded(std::function<Result<void>()> const & work);
    Error silence() const;

    PostgresAccess m_access;
    std::unique_ptr<pqxx::connection> m_connection;
    std::optional<Deadline> m_deadline;
    bool m_broken = false;
};

/// "name", as SQL writes it.
std::string identifier(std::string_view name);

}
