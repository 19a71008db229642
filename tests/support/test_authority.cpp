#include "tests/support/test_authority.hpp"

#include <Poco/Pipe.h>
#include <Poco/Process.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace ketensync::support {

namespace {

void openssl(std::vector<std::string> const & arguments)
{
    Poco::Pipe said;
    auto const process = Poco::Process::launch("openssl", arguments, nullptr, &said, &said);
    // What it says is read, so that it never waits for a reader.
    std::string ignored(4096, '\0');
    while (said.readBytes(ignored.data(), static_cast<int>(ignored.size())) > 0) { }
    if (process.wait() != 0) {
        throw std::runtime_error("openssl fails: " + arguments.front());
    }
}

} // namespace

TestAuthority::TestAuthority()
{
    auto const file = [this](char const * name) { return (m_folder.path() / name).string(); };
    openssl({ "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=ketensync test authority", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", file("ca.key"),
        "-out", file("ca.pem") });
    issue("server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
    issue("client", "/CN=ketensync", "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:ketensync.voorbeeld\n");
}

void TestAuthority::issue(std::string const & name, std::string const & subject, std::string const & extensions, int days)
{
    auto const file = [&](std::string const & ending) { return (m_folder.path() / (name + ending)).string(); };
    auto const ca = [this](char const * part) { return (m_folder.path() / part).string(); };
    openssl({ "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject, "-keyout",
        file(".key"), "-out", file(".csr") });
    m_folder.write(name + ".extensions", extensions);
    openssl({ "x509", "-req", "-in", file(".csr"), "-CA", ca("ca.pem"), "-CAkey", ca("ca.key"), "-CAcreateserial",
        "-days", std::to_string(days), "-extfile", file(".extensions"), "-out", file(".pem") });
}

std::string TestAuthority::certificate_for(int days)
{
    issue("other", "/CN=ketensync", "extendedKeyUsage=clientAuth\n", days);
    return content("other.pem");
}

std::string TestAuthority::rsa_key(int bits) const
{
    auto const file = (m_folder.path() / "rsa.key").string();
    openssl({ "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + std::to_string(bits), "-out", file });
    return content("rsa.key");
}

std::string TestAuthority::content(std::string const & file) const
{
    std::ifstream stream(m_folder.path() / file);
    return { std::istreambuf_iterator<char>(stream), {} };
}

} // namespace ketensync::support
