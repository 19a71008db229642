#include "daemon/pipeline/certificates.hpp"

#include "daemon/http/certificate.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace ketensync::pipeline {

namespace {

using health::CertificateState;

/// A list of authorities; larger is the wrong file.
constexpr std::uintmax_t file_bytes_max = 1U << 20;

/// The authority of one's own; the list of the system is looked after by the system.
CertificateState authority_of_warehouse(settings::PostgresServer const & server)
{
    CertificateState state { "warehouse.ca_file", { "warehouse" }, {} };
    std::error_code error;
    if (std::filesystem::file_size(server.ca_file, error) > file_bytes_max || error) {
        return state;
    }
    std::ifstream stream(server.ca_file, std::ios::binary);
    std::string const pem { std::istreambuf_iterator<char>(stream), {} };
    if (auto const ends = http::certificate_ends(pem)) {
        state.ends = ends->last;
    }
    return state;
}

}

std::vector<CertificateState> certificates(settings::Config const & config)
{
    std::map<std::string, std::vector<std::string>> users; // by credential
    for (auto const & source : config.sources) {
        for (auto const & name : { source.certificate, source.messaging.signing }) {
            auto & of = users[name];
            if (of.empty() || of.back() != source.name) {
                of.push_back(source.name);
            }
        }
    }
    users.erase("");
    settings::Secrets const secrets(config.secrets_folder);
    std::vector<CertificateState> states;
    for (auto & [name, sources] : users) {
        CertificateState state { name, std::move(sources), {} };
        if (auto const pem = secrets.read(name)) {
            if (auto const ends = http::certificate_ends(*pem)) {
                state.ends = ends->first;
            }
        }
        states.push_back(std::move(state));
    }
    auto const & server = config.warehouse_server;
    if (config.warehouse_type == "postgresql" && server.sslmode != "disable" && server.ca_file != settings::PostgresServer().ca_file) {
        states.push_back(authority_of_warehouse(server));
    }
    return states;
}

}
