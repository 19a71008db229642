#pragma once

#include "daemon/base/result.hpp"
#include "daemon/monitor/figures.hpp"
#include "daemon/monitor/words.hpp"

#include <string>
#include <vector>

namespace ketensync::monitor {

/// A file of the folder that is published, by its path below that.
struct PublishedFile {
    std::string path;
    std::string bytes;
};

/// The pages of an edition: an overview, one for each part and municipality, an annex to print, what the words mean, and
/// what there is to download. They need no script and nothing from elsewhere. The same bytes for the same edition and
/// words. Failure::bug when the edition was not protected: it is not made into anything that somebody could read.
Result<std::vector<PublishedFile>> pages(Edition const & edition, Words const & words);

/// The page that lists the editions, newest first.
PublishedFile editions_page(std::vector<Edition const *> const & editions, Words const & words);

} // namespace ketensync::monitor
