#pragma once

#include "daemon/store/seal.hpp"

#include <array>

#include <sqlite3.h>

namespace ketensync::store {

using Offset = sqlite3_int64;

constexpr int sealed_page_bytes = 4096;
/// The log: its own head, then frames of a head and a page.
constexpr int log_head_bytes = 32;
constexpr int frame_head_bytes = 24;
constexpr int frame_bytes = frame_head_bytes + sealed_page_bytes;
using FrameHead = std::array<unsigned char, frame_head_bytes>;

/// An open file. SQLite gives its room, with that of the file below behind it. One connection, one thread.
struct SealedFile {
    sqlite3_file base;
    Seal const * seal;
    sqlite3_file * below;
    SealedFile * log;  ///< of a database: its log, while that is open
    SealedFile * main; ///< of a log: its database
    /// A frame's head that was given to be written; it is written with its page.
    Offset head_at;
    FrameHead head;
    /// The frame that was last read whole, so that its head can be written anew.
    Offset whole_at;
    /// The page last read from the log, in both forms: it may go into the database as it lies.
    Offset carried_page;
    std::array<unsigned char, sealed_page_bytes> carried;
    std::array<unsigned char, frame_bytes> frame; ///< sealed, as in the file
};

/// Opens a page of a database into as many bytes; false when it is not sound.
bool open_sealed_page(Seal const & seal, Offset page, unsigned char const * sealed, unsigned char * plain);

/// How SQLite reads and writes each kind of file.
extern sqlite3_io_methods const sealed_database;
extern sqlite3_io_methods const sealed_log;
extern sqlite3_io_methods const sealed_journal;

}
