#pragma once

#include "daemon/base/clock.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::commands {

/// How a feed of a layout is usually read: mappings/<layout>/feed.toml, a [[feed]] as it stands in the file of a source, with
/// its comments.
struct UsualFeed {
    std::string mapping;
    std::string text;
};
/// Of every layout that has one, by name.
std::vector<UsualFeed> usual_feeds(std::filesystem::path const & mappings_folder);

/// The text under `key` at the beginning of a feed, or of its section ("parent"); nothing when it is not there.
std::optional<std::string> value_in(std::string_view feed, std::string_view key, std::string_view section = {});
/// The feed with another text there, or with one more line.
std::string with_value(std::string feed, std::string_view key, std::string_view value);
bool has_section(std::string_view feed, std::string_view section);

/// What is known of a source that is being connected. A plain value; no secret is in it, only names of credentials.
struct SourceDraft {
    std::string name;
    std::string title;
    std::string connector; ///< rest, files, sftp
    std::vector<std::string> powers;
    std::string address;   ///< rest, sftp
    std::string path;      ///< rest: of the list to begin with; empty: of any layout that is known
    std::string folder;    ///< files
    std::string ca_file;
    std::string certificate;
    std::string by = "none"; ///< [rest.auth]
    std::string client;
    std::string token_address;
    std::string client_id;
    std::string scope;
    std::string header;
    std::string secret;
    std::string user;      ///< sftp
    std::vector<std::string> host_keys;
    std::string note;      ///< what could not be tried; a sentence
    std::vector<std::string> feeds; ///< each a [[feed]], as text

    /// The names of the credentials that it needs.
    std::vector<std::string> credentials() const;
};

/// The file of the source, made on that day.
std::string text_of(SourceDraft const & draft, Instant now);

} // namespace ketensync::commands
