#pragma once

#include "daemon/formats/format.hpp"

namespace ketensync::formats::xlsx {

/// Cuts one sheet of a workbook of Excel into its rows. A row is written as a JSON object with a member for each named
/// column, in their order:
///
///   {"Naam":"Jansen","Uren":32,"Begin":"2026-01-15","Akkoord":true,"Einde":null,"Saldo":{"error":"#N/A"}}
///
/// A number that the sheet shows as a date, or that stands in one of the layout's `dates`, is that date, by the
/// workbook's own first day (1900 or 1904); other numbers have at most 15 digits, as they are shown. Of a formula it is
/// the value it had when the workbook was saved. A cell that holds an error, or a formula that was never worked out,
/// is an object, which no mapping takes for a value. What stands outside the named columns is called by its letters,
/// "#AJ". Rows without any value are skipped.
///
/// Memory holds the shared texts (limits.shared_bytes_max) and one row; the sheet is unpacked piece by piece. What is
/// encrypted, damaged, binary or no workbook at all is Failure::bad_page and says so, though rows before the fault may
/// have been handed over already.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

} // namespace ketensync::formats::xlsx
