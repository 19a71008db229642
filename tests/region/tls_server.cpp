#include "tests/region/tls_server.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <thread>

namespace ketensync::region {
namespace {

constexpr int threads_max = 32;
constexpr long long body_bytes_max = 64LL << 10;

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(Site & site)
        : m_site(site)
    {
    }

    void handleRequest(Poco::Net::HTTPServerRequest & request, Poco::Net::HTTPServerResponse & response) override
    {
        auto const target = request.getURI();
        auto const mark = target.find('?');
        std::string const authorization = request.get("Authorization", "");
        std::string const host = request.get("Host", "");
        std::string const from_party = request.get("X-VUM-fromParty", "");
        auto const client = client_of(request);
        std::string body;
        if (request.getContentLength64() > 0 && request.getContentLength64() < body_bytes_max) {
            Poco::StreamCopier::copyToString(request.stream(), body);
        }
        Request asked;
        asked.method = request.getMethod();
        asked.path = std::string_view(target).substr(0, mark);
        asked.query = mark == std::string::npos ? std::string_view {} : std::string_view(target).substr(mark + 1);
        asked.authorization = authorization;
        asked.body = body;
        asked.host = host;
        asked.client = client;
        asked.from_party = from_party;
        asked.secure = true;
        auto const answer = m_site.answer(asked);
        if (answer.close_at_once || !answer.pieces.empty()) {
            send_pieces(request, answer);
        } else {
            send(response, answer);
        }
    }

private:
    /// The name in the certificate that was shown, and that TLS found to be of the authority.
    static std::string client_of(Poco::Net::HTTPServerRequest & request)
    {
        Poco::Net::SecureStreamSocket const socket(
            dynamic_cast<Poco::Net::HTTPServerRequestImpl &>(request).socket());
        return socket.havePeerCertificate() ? socket.peerCertificate().commonName() : std::string();
    }

    static void send(Poco::Net::HTTPServerResponse & response, Answer const & answer)
    {
        using Status = Poco::Net::HTTPResponse::HTTPStatus;
        response.setStatusAndReason(static_cast<Status>(answer.status), std::string(reason_phrase(answer.status)));
        response.setContentType(std::string(answer.content_type));
        response.setContentLength64(static_cast<Poco::Int64>(answer.body_size()));
        auto lines = std::string_view(answer.headers);
        while (!lines.empty()) {
            auto const line = lines.substr(0, lines.find("\r\n"));
            lines.remove_prefix(line.size() + 2);
            auto const colon = line.find(": ");
            response.set(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
        }
        auto & out = response.send();
        for (auto const text : { std::string_view(answer.head), answer.slice, std::string_view(answer.tail) }) {
            out.write(text.data(), static_cast<std::streamsize>(text.size()));
        }
        out.flush();
    }

    /// Takes the connection away from Poco, which would repair what is meant to be broken.
    static void send_pieces(Poco::Net::HTTPServerRequest & request, Answer const & answer)
    {
        auto & inner = dynamic_cast<Poco::Net::HTTPServerRequestImpl &>(request);
        auto socket = inner.detachSocket();
        for (auto const & piece : answer.pieces) {
            std::size_t sent = 0;
            while (sent < piece.bytes.size()) {
                auto const count
                    = socket.sendBytes(piece.bytes.data() + sent, static_cast<int>(piece.bytes.size() - sent));
                if (count <= 0) {
                    return;
                }
                sent += static_cast<std::size_t>(count);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(piece.wait_ms));
        }
        socket.close();
    }

    Site & m_site;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Site & site)
        : m_site(site)
    {
    }
    Poco::Net::HTTPRequestHandler * createRequestHandler(Poco::Net::HTTPServerRequest const & /*request*/) override
    {
        return std::make_unique<Handler>(m_site).release(); // Poco deletes it
    }

private:
    Site & m_site;
};

Poco::Net::Context::Ptr context_of(std::filesystem::path const & folder)
{
    Poco::Net::Context::Params params;
    params.privateKeyFile = folder / "server.key";
    params.certificateFile = folder / "server.pem";
    // Who shows a certificate must have it from our authority; who needs one is the site's business.
    params.verificationMode = Poco::Net::Context::VERIFY_RELAXED;
    params.caLocation = folder / "ca.pem";
    params.loadDefaultCAs = false;
    Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
    context->enableExtendedCertificateVerification(false); // a client is not named as its address
    context->enableSessionCache(true, "region");
    return context;
}

Poco::Net::HTTPServerParams::Ptr server_params()
{
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setKeepAlive(true);
    params->setMaxQueued(256);
    params->setMaxThreads(threads_max);
    params->setKeepAliveTimeout(Poco::Timespan(60, 0));
    params->setSoftwareVersion("");
    return params;
}

} // namespace

struct TlsServer::Inner {
    Inner(Site & site, std::uint16_t port, std::filesystem::path const & folder)
        : pool("region", 4, threads_max)
        , socket(Poco::Net::SocketAddress("127.0.0.1", port), 128, context_of(folder))
        , server(new Factory(site), pool, socket, server_params())
    {
        server.start();
    }
    ~Inner() { server.stopAll(true); }
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;

    Poco::ThreadPool pool;
    Poco::Net::SecureServerSocket socket;
    Poco::Net::HTTPServer server;
};

TlsServer::TlsServer(Site & site, std::uint16_t port, std::filesystem::path const & folder)
{
    Poco::Net::initializeSSL();
    m = std::make_unique<Inner>(site, port, folder);
}

TlsServer::~TlsServer()
{
    m.reset();
    Poco::Net::uninitializeSSL();
}

std::uint16_t TlsServer::port() const
{
    return m->socket.address().port();
}

} // namespace ketensync::region
