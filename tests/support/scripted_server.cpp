#include "tests/support/scripted_server.hpp"

#include <Poco/DeflatingStream.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include <condition_variable>
#include <mutex>
#include <sstream>

namespace ketensync::support {

namespace {

std::string compressed(std::string const & text)
{
    std::ostringstream bytes;
    Poco::DeflatingOutputStream stream(bytes, Poco::DeflatingStreamBuf::STREAM_GZIP);
    stream << text;
    stream.close();
    return bytes.str();
}

ScriptedServer::Request taken(Poco::Net::HTTPServerRequest & request)
{
    ScriptedServer::Request result;
    Poco::URI const uri(request.getURI());
    result.method = request.getMethod();
    result.path = uri.getPath();
    for (auto const & [name, value] : uri.getQueryParameters()) {
        result.parameters[name] = value;
    }
    for (auto const & [name, value] : request) {
        result.headers[Poco::toLower(name)] = value;
    }
    Poco::StreamCopier::copyToString(request.stream(), result.body);
    auto & socket = dynamic_cast<Poco::Net::HTTPServerRequestImpl &>(request).socket();
    if (socket.secure()) {
        Poco::Net::SecureStreamSocket const tls(socket);
        result.client = tls.havePeerCertificate() ? tls.peerCertificate().commonName() : std::string();
    }
    return result;
}

} // namespace

struct ScriptedServer::Inner {
    Script script;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Request> requests;
    bool closing = false;
    Poco::ThreadPool threads { 2, 32 };
    std::unique_ptr<Poco::Net::HTTPServer> server;
    std::string address;

    /// False when the server goes down meanwhile.
    bool wait(std::chrono::milliseconds duration)
    {
        std::unique_lock lock(mutex);
        return !changed.wait_for(lock, duration, [this] { return closing; });
    }

    void answer(Poco::Net::HTTPServerRequest & request, Poco::Net::HTTPServerResponse & response)
    {
        auto const asked = taken(request);
        Answer answer;
        {
            std::scoped_lock const lock(mutex);
            requests.push_back(asked);
            answer = script(asked);
        }
        if (!wait(answer.delay)) {
            return;
        }
        auto body = answer.gzip ? compressed(answer.body) : answer.body;
        response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        for (auto const & [name, value] : answer.headers) {
            response.set(name, value);
        }
        if (answer.gzip) {
            response.set("Content-Encoding", "gzip");
        }
        response.setContentLength(static_cast<std::streamsize>(body.size()));
        if (answer.cut) {
            body.resize(body.size() / 2);
            response.setKeepAlive(false);
        }
        auto & stream = response.send();
        if (answer.drip == std::chrono::milliseconds(0)) {
            stream << body << std::flush;
            return;
        }
        for (char const byte : body) {
            if (!(stream << byte << std::flush) || !wait(answer.drip)) {
                return;
            }
        }
    }
};

namespace {

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    using Action = std::function<void(Poco::Net::HTTPServerRequest &, Poco::Net::HTTPServerResponse &)>;
    explicit Handler(Action action)
        : m_action(std::move(action))
    {
    }
    void handleRequest(Poco::Net::HTTPServerRequest & request, Poco::Net::HTTPServerResponse & response) override
    {
        m_action(request, response);
    }

private:
    Action m_action;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Handler::Action action)
        : m_action(std::move(action))
    {
    }
    Poco::Net::HTTPRequestHandler * createRequestHandler(Poco::Net::HTTPServerRequest const &) override
    {
        return std::make_unique<Handler>(m_action).release();
    }

private:
    Handler::Action m_action;
};

} // namespace

ScriptedServer::ScriptedServer(Script script, TestAuthority const * authority, Clients clients)
    : m(std::make_unique<Inner>())
{
    m->script = std::move(script);
    Poco::Net::SocketAddress const any("127.0.0.1", 0);
    Poco::Net::ServerSocket socket;
    if (authority != nullptr) {
        Poco::Net::Context::Params parameters;
        parameters.privateKeyFile = authority->key().string();
        parameters.certificateFile = authority->certificate().string();
        parameters.caLocation = authority->ca_file().string();
        parameters.loadDefaultCAs = false;
        parameters.verificationMode = clients == Clients::must ? Poco::Net::Context::VERIFY_STRICT
            : clients == Clients::may                          ? Poco::Net::Context::VERIFY_RELAXED
                                                               : Poco::Net::Context::VERIFY_NONE;
        Poco::Net::Context::Ptr context(
            std::make_unique<Poco::Net::Context>(Poco::Net::Context::TLS_SERVER_USE, parameters).release());
        context->enableExtendedCertificateVerification(false); // a client is not named as its address
        context->enableSessionCache(true, "scripted");
        if (clients == Clients::must) {
            // In TLS 1.3 a client learns only behind its own request that it is not accepted, or never.
            context->disableProtocols(Poco::Net::Context::PROTO_TLSV1_3);
        }
        socket = Poco::Net::SecureServerSocket(any, 64, context);
    } else {
        socket = Poco::Net::ServerSocket(any, 64);
    }
    m->address
        = (authority != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(socket.address().port());
    auto action = [inner = m.get()](auto & request, auto & response) { inner->answer(request, response); };
    m->server = std::make_unique<Poco::Net::HTTPServer>(
        Poco::Net::HTTPRequestHandlerFactory::Ptr(std::make_unique<Factory>(action).release()), m->threads, socket,
        Poco::Net::HTTPServerParams::Ptr(new Poco::Net::HTTPServerParams));
    m->server->start();
}

ScriptedServer::~ScriptedServer()
{
    {
        std::scoped_lock const lock(m->mutex);
        m->closing = true;
        m->changed.notify_all();
    }
    m->server->stopAll(true);
    m->threads.joinAll();
}

std::string ScriptedServer::address() const
{
    return m->address;
}

std::vector<ScriptedServer::Request> ScriptedServer::requests() const
{
    std::scoped_lock const lock(m->mutex);
    return m->requests;
}

int ScriptedServer::connections() const
{
    return m->server->totalConnections();
}

} // namespace ketensync::support
