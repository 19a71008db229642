#pragma once

#include "daemon/store/seal.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace ketensync::support {

/// The seal whose key is in that file; nothing when there is no such file, for a state that lies open.
inline std::shared_ptr<store::Seal const> seal_in(std::filesystem::path const & key_file)
{
    std::string text;
    if (key_file.empty() || !std::getline(std::ifstream(key_file), text)) {
        return nullptr;
    }
    auto seal = store::Seal::create({ { key_file.filename().string(), text } });
    if (!seal) {
        throw std::runtime_error(seal.error().what);
    }
    return *seal;
}

}
