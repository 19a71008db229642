#include "tests/support/test_authority.hpp"

#include <Poco/Pipe.h>
#include <Poco/Process.h>

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
    openssl({ "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1",
        "-keyout", file("server.key"), "-out", file("server.csr") });
    m_folder.write("extensions", "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
    openssl({ "x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"),
        "-CAcreateserial", "-days", "2", "-extfile", file("extensions"), "-out", file("server.pem") });
}

} // namespace ketensync::support
