#include "daemon/warehouse/postgres_session.hpp"

#include "daemon/base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::warehouse {

namespace {

using std::chrono::milliseconds;

/// One pair of a connection string.
std::string setting(std::string_view key, std::string_view value)
{
    std::string text = fmt::format("{}='", key);
    for (char const c : value) {
        if (c == '\'' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text + "' ";
}

std::string connection_string(PostgresAccess const & access)
{
    auto const & server = access.server;
    auto const seconds = std::max<milliseconds::rep>(2, (access.connect_timeout.count() + 999) / 1000);
    std::string text = setting("host", server.host) + setting("port", std::to_string(server.port))
        + setting("dbname", server.database) + setting("user", server.user) + setting("sslmode", server.sslmode)
        + setting("application_name", "ketensync") + setting("client_encoding", "UTF8") + setting("gssencmode", "disable")
        + setting("connect_timeout", std::to_string(seconds))
        + setting("tcp_user_timeout", std::to_string(access.patience.count()))
        // Of several servers, the one that takes writes; a standby that is not promoted yet is no warehouse.
        + setting("target_session_attrs", "read-write");
    if (server.sslmode != "disable") {
        text += setting("sslrootcert", server.ca_file);
    }
    if (!access.password.empty()) {
        text += setting("password", access.password);
    }
    return text;
}

// What the server does by itself to a session of ours: a statement ends before we stop waiting for it, so that we hear
// why; a transaction of a process that sleeps ends, so that another can take its turn.
std::string session_settings(PostgresAccess const & access)
{
    auto const patience = access.patience.count();
    return fmt::format("SET client_min_messages = error; SET timezone = 'UTC'; SET datestyle = 'ISO'; "
                       "SET standard_conforming_strings = on; SET statement_timeout = {}; SET lock_timeout = {}; "
                       "SET idle_in_transaction_session_timeout = {}; SET search_path = {}; "
                       "SELECT set_config('synchronous_commit', 'on', false) WHERE "
                       "current_setting('synchronous_commit') = 'off'",
        patience * 3 / 4, patience / 2, patience * 2, identifier(access.server.schema));
}

/// What the first line of a message of the server says, on one line. Never used where it may quote a value.
std::string first_line(std::string_view text)
{
    return on_one_line(text.substr(0, std::min(text.find('\n'), std::size_t { 300 })));
}

Error understand(std::string const & state, std::string const & what)
{
    auto const begins = [&state](std::initializer_list<std::string_view> starts) {
        return std::ranges::any_of(starts, [&state](std::string_view start) { return state.starts_with(start); });
    };
    if (state.empty()) {
        return { Failure::unavailable, "the warehouse gave an error without a code" };
    }
    auto const said = fmt::format("warehouse: {} (SQLSTATE {})", first_line(what), state);
    // 40: deadlock, serialisation. 55P03: a lock. 57014: took too long.
    if (begins({ "40", "55P03", "57014", "55006" })) {
        return { Failure::busy, said };
    }
    // 08: connection. 53: no room on disk, in memory, for a connection. 57P: shutting down, starting. 25006: read-only.
    if (begins({ "08", "53", "57P", "25006", "58", "XX", "25P03" })) {
        return { Failure::unavailable, said };
    }
    if (begins({ "28", "42501" })) {
        return { Failure::refused, said };
    }
    // These quote the value that they are about.
    if (begins({ "22", "23" })) {
        return { Failure::bad_data, fmt::format("the warehouse cannot hold a value of the batch (SQLSTATE {})", state) };
    }
    return { Failure::configuration, said };
}

/// The library keeps the code of some errors only in their type.
std::string state_of(pqxx::sql_error const & error)
{
    if (!error.sqlstate().empty()) {
        return error.sqlstate();
    }
    auto const is = [&error]<typename Type>(Type const *) { return dynamic_cast<Type const *>(&error) != nullptr; };
    if (is(static_cast<pqxx::insufficient_privilege const *>(nullptr))) {
        return "42501";
    }
    if (is(static_cast<pqxx::data_exception const *>(nullptr))) {
        return "22000";
    }
    if (is(static_cast<pqxx::integrity_constraint_violation const *>(nullptr))) {
        return "23000";
    }
    if (is(static_cast<pqxx::insufficient_resources const *>(nullptr))) {
        return "53000";
    }
    if (is(static_cast<pqxx::syntax_error const *>(nullptr))) {
        return "42000";
    }
    return is(static_cast<pqxx::feature_not_supported const *>(nullptr)) ? "0A000" : "";
}

// A new connection in the middle of a transaction would know nothing of it. Later versions of the library never do that,
// and therefore call this deprecated.
void never_connect_again(pqxx::connection & connection)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

}

std::string identifier(std::string_view name)
{
    std::string text = "\"";
    for (char const c : name) {
        text += c;
        if (c == '"') {
            text += c;
        }
    }
    return text + '"';
}

Result<std::unique_ptr<PostgresSession>> PostgresSession::open(PostgresAccess const & access)
{
    std::unique_ptr<PostgresSession> session(new PostgresSession);
    session->m_access = access;
    KETENSYNC_TRY(session->guarded([&]() -> Result<void> {
        session->m_connection = std::make_unique<pqxx::connection>(connection_string(access));
        auto & connection = *session->m_connection;
        never_connect_again(connection);
        session->m_deadline.emplace(connection.sock(), access.patience);
        session->m_deadline->begin();
        pqxx::nontransaction first(connection);
        first.exec(session_settings(access));
        session->m_deadline->end();
        if (constexpr int oldest = 130'000; connection.server_version() < oldest) {
            return fail(Failure::configuration,
                fmt::format("the warehouse is PostgreSQL {}: 13 or later is needed", connection.server_version() / 10'000));
        }
        return {};
    }));
    return session;
}

Error PostgresSession::silence() const
{
    return { Failure::unavailable, fmt::format("the warehouse did not answer for {} ms", m_access.patience.count()) };
}

Result<void> PostgresSession::guarded(std::function<Result<void>()> const & work)
{
    if (m_broken) {
        return fail(Failure::unavailable, "the connection to the warehouse is broken");
    }
    auto const ended = [this](Error error) -> Result<void> {
        m_broken = m_broken || !m_connection || !m_connection->is_open() || (m_deadline && m_deadline->passed());
        if (m_deadline) {
            m_deadline->end();
        }
        return fail(m_deadline && m_deadline->passed() ? silence() : std::move(error));
    };
    try {
        return work();
    } catch (pqxx::in_doubt_error const &) {
        m_broken = true;
        return ended({ Failure::unavailable, "the connection to the warehouse was lost while it committed" });
    } catch (pqxx::sql_error const & error) {
        return ended(understand(state_of(error), error.what()));
    } catch (pqxx::transaction_rollback const & error) {
        return ended({ Failure::busy, fmt::format("warehouse: {}", first_line(error.what())) });
    } catch (pqxx::broken_connection const & error) {
        m_broken = true;
        return ended({ Failure::unavailable, fmt::format("warehouse: {}", first_line(error.what())) });
    } catch (pqxx::failure const &) {
        // Not of SQL: the connection, in the middle of a COPY.
        m_broken = true;
        return ended({ Failure::unavailable, "the connection to the warehouse was lost" });
    } catch (std::exception const & error) {
        m_broken = true;
        return ended({ Failure::bug, fmt::format("warehouse: {}", first_line(error.what())) });
    }
}

PostgresSession::Work::Work(PostgresSession & session)
    : m_session(session), m_transaction((session.m_deadline->begin(), *session.m_connection))
{
}

pqxx::result PostgresSession::Work::ask(std::string const & sql)
{
    sign_of_life();
    return m_transaction.exec(sql);
}

bool PostgresSession::Work::try_out(std::string const & sql)
{
    sign_of_life();
    try {
        pqxx::subtransaction part(m_transaction);
        part.exec(sql);
        part.commit();
        return true;
    } catch (pqxx::undefined_table const &) {
        return false;
    }
}

std::string PostgresSession::Work::quoted(std::string_view text) const
{
    return m_transaction.quote(std::string(text));
}

Result<void> PostgresSession::alone(std::string const & sql)
{
    return guarded([&]() -> Result<void> {
        m_deadline->begin();
        pqxx::nontransaction(*m_connection).exec(sql);
        m_deadline->end();
        return {};
    });
}

Result<void> PostgresSession::transact(std::function<Result<void>(Work &)> const & work)
{
    struct AtEnd {
        Deadline & deadline;
        ~AtEnd() { deadline.end(); }
    };
    return guarded([&]() -> Result<void> {
        AtEnd const at_end { *m_deadline }; // after the transaction, which may have to be taken back
        Work all(*this);
        KETENSYNC_TRY(work(all));
        all.sign_of_life();
        all.m_transaction.commit();
        return {};
    });
}

}
