#include "daemon/commands/source_questions.hpp"

#include "daemon/settings/checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;

Wrong not_empty(std::string const & answer) { return answer.empty() ? Wrong("an answer is needed here") : std::nullopt; }

Wrong credential_name(std::string const & answer)
{
    return !answer.empty() && settings::is_plain_name(answer, "_")
        ? std::nullopt
        : Wrong("the name of a credential holds only a-z, 0-9, - and _; the credential itself is never typed here");
}

/// Something that need not be there: "-" says that it is not.
Result<std::string> ask_if_any(Interview & interview, std::string_view question, std::string const & usual, Interview::Check const & check = {})
{
    auto answer = interview.ask(question, usual.empty() ? "-" : usual,
        [&check](std::string const & given) { return given == "-" || !check ? std::nullopt : check(given); });
    if (answer && *answer == "-") {
        answer->clear();
    }
    return answer;
}

Result<void> ask_credential(
    Interview & interview, SourceDraft const & draft, fs::path const & folder, std::string_view question, std::string & name)
{
    KETENSYNC_TRY_ASSIGN(name, interview.ask(question, name.empty() ? draft.name : name, credential_name));
    std::error_code error;
    if (!fs::exists(folder / name, error)) {
        interview.tell(fmt::format("Put it in {} now, to try the source with it (chmod 600).", (folder / name).string()));
    }
    return {};
}

Result<void> ask_log_in(Interview & interview, SourceDraft & draft, fs::path const & secrets_folder)
{
    auto const before = draft;
    draft.client = draft.token_address = draft.client_id = draft.scope = draft.header = draft.secret = std::string();
    if (draft.by == "none") {
        return {};
    }
    if (draft.by == "basic") {
        KETENSYNC_TRY_ASSIGN(draft.client_id, interview.ask("User there", before.client_id, not_empty));
    } else if (draft.by == "api_key") {
        KETENSYNC_TRY_ASSIGN(draft.header, interview.ask("Header for the key", "X-Api-Key", not_empty));
    } else if (draft.by == "oauth2_client_credentials") {
        KETENSYNC_TRY_ASSIGN(draft.token_address, interview.ask("Address that gives tokens", before.token_address, settings::check_address));
        KETENSYNC_TRY_ASSIGN(draft.client_id, interview.ask("Our client_id", "ketensync"));
        KETENSYNC_TRY_ASSIGN(draft.scope, ask_if_any(interview, "Scope (- for none)", before.scope));
        KETENSYNC_TRY_ASSIGN(draft.client, interview.choose("How we show who we are (basic, form, private_key_jwt, certificate)",
            { "basic", "form", "private_key_jwt", "certificate" }, "basic"));
        if (draft.client == "certificate") {
            return {};
        }
    }
    draft.secret = before.secret;
    return ask_credential(interview, draft, secrets_folder, "Name of its credential", draft.secret);
}

Result<void> reach_http(Interview & interview, SourceDraft & draft, fs::path const & secrets_folder)
{
    KETENSYNC_TRY_ASSIGN(
        draft.address, interview.ask("Address, below which all its lists lie (https://host/path)", draft.address, settings::check_address));
    KETENSYNC_TRY_ASSIGN(draft.ca_file,
        ask_if_any(interview, "File of the authority to trust, PEM (- for those of the system)", draft.ca_file, [](std::string const & answer) {
            std::error_code error;
            return fs::is_regular_file(answer, error) ? std::nullopt : Wrong("there is no such file");
        }));
    draft.ca_file = draft.ca_file.empty() ? std::string() : fs::absolute(draft.ca_file).string();
    KETENSYNC_TRY_ASSIGN(bool const shows, interview.agree("Does it ask for a certificate of ours?", !draft.certificate.empty()));
    if (shows) {
        KETENSYNC_TRY(ask_credential(interview, draft, secrets_folder,
            "Name of the credential with our certificate, its chain and its key", draft.certificate));
    } else {
        draft.certificate.clear();
    }
    std::vector<std::string> const ways { "none", "bearer", "basic", "api_key", "oauth2_client_credentials" };
    KETENSYNC_TRY_ASSIGN(draft.by, interview.choose(fmt::format("How we log in ({})", fmt::join(ways, ", ")), ways, draft.by));
    KETENSYNC_TRY(ask_log_in(interview, draft, secrets_folder));
    KETENSYNC_TRY_ASSIGN(draft.path,
        ask_if_any(interview, "Path of a list below the address, as /persons (- to try those of the layouts that are known)", draft.path));
    return {};
}

Result<void> reach_sftp(Interview & interview, SourceDraft & draft, fs::path const & secrets_folder)
{
    KETENSYNC_TRY_ASSIGN(draft.address, interview.ask("Address, as sftp://host/folder", draft.address, not_empty));
    KETENSYNC_TRY_ASSIGN(draft.user, interview.ask("User there", draft.user, not_empty));
    KETENSYNC_TRY_ASSIGN(auto const key,
        interview.ask("Fingerprint of the server's key, as its owner tells it (SHA256:...)",
            draft.host_keys.empty() ? std::string() : draft.host_keys.front(), not_empty));
    draft.host_keys = { key };
    return ask_credential(interview, draft, secrets_folder, "Name of the credential with our private key", draft.secret);
}

} // namespace

Result<void> ask_reach(Interview & interview, SourceDraft & draft, fs::path const & secrets_folder)
{
    if (draft.connector == "rest") {
        return reach_http(interview, draft, secrets_folder);
    }
    if (draft.connector == "sftp") {
        return reach_sftp(interview, draft, secrets_folder);
    }
    KETENSYNC_TRY_ASSIGN(draft.folder, interview.ask("Folder where its files are dropped", draft.folder, not_empty));
    draft.folder = fs::absolute(draft.folder).lexically_normal().string();
    return {};
}

} // namespace ketensync::commands
