#include "io/records/named_rows.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/records/delimited.h"
#include "io/records/input_file.h"

namespace amends {
namespace {

std::string cell_text(const Cell& cell) {
  return cell.doubled ? without_doubled_quotes(cell.text) : std::string(trimmed(cell.text));
}

std::string names_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) text += std::string(i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + std::string(names[i]);
  return text;
}

std::vector<std::string> header_of(std::span<const Cell> cells) {
  std::vector<std::string> header;
  for (const Cell& cell : cells) header.push_back(lower(trimmed(cell.text)));
  return header;
}

// Where each of the names stands.
std::vector<std::optional<std::size_t>> places_of(const std::vector<std::string>& header, const std::vector<std::string_view>& names) {
  std::vector<std::optional<std::size_t>> places;
  for (const std::string_view name : names) {
    const auto found = std::find(header.begin(), header.end(), name);
    places.push_back(found == header.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - header.begin())));
  }
  return places;
}

Where where_of(const std::string& path, const DelimitedReader& rows) {
  return {path, rows.line(), 1, rows.raw().size(), std::string(rows.raw())};
}

// The raw row holds the bytes of its cells.
Where place_of(const std::string& path, const DelimitedReader& rows, const Cell& cell) {
  Where where = where_of(path, rows);
  where.column = static_cast<std::size_t>(cell.text.data() - rows.raw().data()) + 1;
  where.length = std::max<std::size_t>(cell.text.size(), 1);
  return where;
}

}  // namespace

std::vector<NamedRow> read_named_rows(const std::string& path, const std::vector<std::string_view>& required,
                                      const std::vector<std::string_view>& optional) {
  const InputFile file = read_input(path);
  DelimitedReader rows(*file.bytes, {});
  if (!rows.next()) throw Error{{path}, "the file is empty", fmt::format("wanted is CSV with the columns {}", names_of(required))};
  const std::vector<std::string> header = header_of(rows.cells());
  std::vector<std::optional<std::size_t>> places = places_of(header, required);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (!places[i])
      throw Error{where_of(path, rows), fmt::format("there is no column {}", quoted(required[i])),
                  fmt::format("the header has {}; wanted are {}", joined(header, ", "), names_of(required))};
  for (const auto& place : places_of(header, optional)) places.push_back(place);
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < required.size(); ++i) wanted = std::max(wanted, *places[i] + 1);
  std::vector<NamedRow> found;
  while (rows.next()) {
    NamedRow row{where_of(path, rows), {}, {}, rows.cells().size() < wanted};
    for (const auto& place : places) {
      const bool is_there = place && *place < rows.cells().size();
      row.cells.push_back(is_there ? cell_text(rows.cells()[*place]) : std::string());
      row.places.push_back(is_there ? place_of(path, rows, rows.cells()[*place]) : row.where);
    }
    found.push_back(std::move(row));
  }
  return found;
}

}  // namespace amends
