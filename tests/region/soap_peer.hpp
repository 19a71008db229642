#pragma once

#include "tests/region/world.hpp"
#include "tests/support/scripted_server.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ketensync::region {

/// How an answer goes wrong.
enum class SoapTrouble {
    none,
    fout, ///< SuwiML: a Fout instead of an answer; StUF: Fo02 of the client
    waarschuwing, ///< SuwiML: an answer with half of its relations, and a Waarschuwing
    busy, ///< a SOAP fault of the server, once; then it goes well
    cut, ///< promises the whole, sends half
    slow, ///< says nothing for half a minute
    unsigned_answer, ///< sound, and not signed
    tampered, ///< signed, and then another person's number
    stale, ///< signed an hour ago
    other_question, ///< relates to another question
};

/// The SOAP services around the region, from the truth of its people: three of SuwiML, which want WS-Addressing and a
/// signature of the test authority, and npsLv01 of StUF-BG. Over TLS, to clients with a certificate of that authority.
/// Signatures are checked here by other code than the product's. Runs until it goes out of scope.
class SoapPeer {
public:
    SoapPeer(World const & world, Day date, support::TestAuthority const & authority);

    std::string address() const { return m_server->address(); }
    /// From now on, answers about this key go wrong so.
    void trouble(std::string const & key, SoapTrouble trouble);
    /// How many questions had a signature that held.
    int verified() const { return m_verified; }
    std::vector<std::string> bodies() const; ///< of all questions

private:
    using Request = support::ScriptedServer::Request;
    using Answer = support::ScriptedServer::Answer;

    struct Known {
        Household const * household;
        Person const * person;
    };

    Answer answer(Request const & request);
    Answer suwi(Request const & request);
    Answer stuf(Request const & request);
    SoapTrouble trouble_of(std::string const & key);
    std::string dossier(std::string const & service, Known const & known, bool half) const;

    Day m_date;
    support::TestAuthority const & m_authority;
    std::map<std::string, Known> m_known; ///< by BSN
    std::map<std::string, SoapTrouble> m_trouble;
    int m_count = 0; ///< of answers: each sender has a prefix of its own
    std::atomic<int> m_verified = 0;
    std::unique_ptr<support::ScriptedServer> m_server; ///< last: it answers until it is gone
};

} // namespace ketensync::region
