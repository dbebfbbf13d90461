// Holidays of iCalendar files: events of whole days and of hours, recurrence, what was cancelled or told again, and
// the faults of files that cannot be read.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "core/time/ical.h"
#include "core/time/ical_lines.h"

using namespace amends;

namespace {

const Zone london = Zone::named("Europe/London").value();

std::string file(const std::string& events) { return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n" + events + "END:VCALENDAR\r\n"; }
std::string event(const std::string& lines) { return "BEGIN:VEVENT\r\nUID:1@tests\r\n" + lines + "END:VEVENT\r\n"; }

std::vector<Closure> read(const std::string& text) { return closures_in(Source{"uk.ics", text}, london); }

// "2026-12-25 Christmas Day; 2026-12-28 09:00-12:00 Stocktaking"
std::string days(const std::string& lines) {
  std::string out;
  for (const Closure& closure : read(file(event(lines)))) {
    if (!out.empty()) out += "; ";
    out += print(closure.date);
    if (!(closure.part == Interval{0, ms_per_day})) out += " " + print_time_of_day(closure.part.from) + "-" + print_time_of_day(closure.part.until);
    if (!closure.name.empty()) out += " " + closure.name;
    if (out.size() > 200) return out + " ...";
  }
  return out;
}

std::string fault(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return describe(error);
  }
  return "read without a fault";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("events of whole days, one or several") {
  CHECK(days("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\nSUMMARY:Christmas Day\r\n") == "2026-12-25 Christmas Day");
  CHECK(days("DTSTART;VALUE=DATE:20261225\r\n") == "2026-12-25");
  CHECK(days("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n") == "2026-12-24; 2026-12-25; 2026-12-26");
  CHECK(days("DTSTART;VALUE=DATE:20261224\r\nDURATION:P2D\r\n") == "2026-12-24; 2026-12-25");
  CHECK(days("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224\r\n") == "2026-12-24");
  CHECK(days("DTSTART:20261225\r\n") == "2026-12-25");
}

TEST_CASE("folded lines, escapes, byte order mark and plain line ends") {
  CHECK(days("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christ\r\n mas Day\\, in\r\n\tdeed\r\n") == "2026-12-25 Christmas Day, indeed");
  const std::vector<Closure> plain = read("\xEF\xBB\xBF" "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nEND:VCALENDAR\n");
  CHECK(plain.size() == 1);
  const std::vector<IcalLine> lines = ical_lines(Source{"a.ics", "ATTENDEE;CN=\"Chen; Maya: care\";ROLE=X:mailto:maya@example.com\n"});
  CHECK(lines.at(0).parameter("CN") == "Chen; Maya: care");
  CHECK(lines.at(0).value == "mailto:maya@example.com");
}

TEST_CASE("events with times close a part of their days, in the calendar's zone") {
  CHECK(days("DTSTART:20261228T090000\r\nDTEND:20261228T120000\r\nSUMMARY:Stocktaking\r\n") == "2026-12-28 09:00-12:00 Stocktaking");
  CHECK(days("DTSTART:20260701T090000Z\r\nDURATION:PT2H30M\r\n") == "2026-07-01 10:00-12:30");
  CHECK(days("DTSTART;TZID=America/New_York:20261224T180000\r\nDTEND;TZID=America/New_York:20261225T060000\r\n") == "2026-12-24 23:00-24:00; 2026-12-25 00:00-11:00");
  CHECK(days("DTSTART:20261228T090000\r\n").empty());
}

TEST_CASE("what comes again") {
  CHECK(days("DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY;COUNT=3\r\n") == "2020-12-25; 2021-12-25; 2022-12-25");
  CHECK(days("DTSTART;VALUE=DATE:20200831\r\nRRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO;UNTIL=20230831\r\n") ==
        "2020-08-31; 2021-08-30; 2022-08-29; 2023-08-28");
  CHECK(days("DTSTART;VALUE=DATE:20261103\r\nRRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3\r\n") ==
        "2026-11-03; 2028-11-07; 2030-11-05");
  CHECK(days("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260114\r\n") == "2026-01-05; 2026-01-07; 2026-01-12; 2026-01-14");
  CHECK(days("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\r\n") == "2026-01-05; 2026-01-19; 2026-02-02");
  CHECK(days("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n") == "2024-02-29; 2028-02-29");
  CHECK(days("DTSTART;VALUE=DATE:20260131\r\nRRULE:FREQ=MONTHLY;COUNT=3\r\n") == "2026-01-31; 2026-03-31; 2026-05-31");
  CHECK(days("DTSTART;VALUE=DATE:20260130\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3\r\n") == "2026-01-30; 2026-02-27; 2026-03-31");
  CHECK(days("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=YEARLY;BYDAY=1MO;COUNT=2\r\n") == "2026-01-05; 2027-01-04");
  CHECK(days("DTSTART;VALUE=DATE:20260301\r\nRRULE:FREQ=DAILY;INTERVAL=3;COUNT=3\r\n") == "2026-03-01; 2026-03-04; 2026-03-07");
  CHECK(days("DTSTART:20260327T090000\r\nDTEND:20260327T100000\r\nRRULE:FREQ=DAILY;UNTIL=20260329T080000Z\r\n") ==
        "2026-03-27 09:00-10:00; 2026-03-28 09:00-10:00; 2026-03-29 09:00-10:00");
}

TEST_CASE("every two weeks from a Sunday: the week's first day decides which") {
  // The example of RFC 5545, page 46.
  CHECK(days("DTSTART;VALUE=DATE:19970805\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO\r\n") ==
        "1997-08-05; 1997-08-10; 1997-08-19; 1997-08-24");
  CHECK(days("DTSTART;VALUE=DATE:19970805\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU\r\n") ==
        "1997-08-05; 1997-08-17; 1997-08-19; 1997-08-31");
}

TEST_CASE("without an end up to 2100, and known as such") {
  const std::vector<Closure> christmas = read(file(event("DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\n")));
  CHECK(christmas.size() == 81);
  CHECK(print(christmas.back().date) == "2100-12-25");
  CHECK(christmas.back().is_endless);
  CHECK_FALSE(read(file(event("DTSTART;VALUE=DATE:20201225\r\n"))).front().is_endless);
}

TEST_CASE("days left out, added, cancelled and told again") {
  CHECK(days("DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nEXDATE;VALUE=DATE:20211225\r\n") == "2020-12-25; 2022-12-25");
  CHECK(days("DTSTART;VALUE=DATE:20260403\r\nRDATE;VALUE=DATE:20270326,20280414\r\n") == "2026-04-03; 2027-03-26; 2028-04-14");
  CHECK(days("DTSTART;VALUE=DATE:20260403\r\nSTATUS:CANCELLED\r\n").empty());
  const std::string yearly = event("DTSTART;VALUE=DATE:20200531\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Spring\r\n");
  const std::string moved = event("RECURRENCE-ID;VALUE=DATE:20220531\r\nDTSTART;VALUE=DATE:20220602\r\nSUMMARY:Jubilee\r\n");
  const std::vector<Closure> found = read(file(yearly + moved));
  CHECK(found.size() == 3);
  CHECK(print(found[2].date) == "2022-06-02");
  CHECK(found[2].name == "Jubilee");
}

TEST_CASE("zones are those of the IANA list, of Windows, or the file's own with their place") {
  const std::string by_day = event("DTSTART;TZID=FROM:20261224T120000\r\nDTEND;TZID=FROM:20261224T230000\r\n");
  const auto from = [&](const std::string& zone) {
    std::string text = by_day;
    for (std::size_t at = text.find("FROM"); at != std::string::npos; at = text.find("FROM")) text.replace(at, 4, zone);
    return text;
  };
  const std::string own = "BEGIN:VTIMEZONE\r\nTZID:Works time\r\nX-LIC-LOCATION:Europe/Berlin\r\nEND:VTIMEZONE\r\n";
  const std::string others[] = {file(from("Europe/Berlin")), file(from("/Europe/Berlin")), file(from("W. Europe Standard Time")), file(own + from("Works time"))};
  for (const std::string& text : others) {
    const std::vector<Closure> found = read(text);
    REQUIRE(found.size() == 1);
    CHECK(found[0].part == Interval{11 * ms_per_hour, 22 * ms_per_hour});
  }
}

TEST_CASE("other parts of a file are passed over") {
  const std::string zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19701025T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
  const std::string task = "BEGIN:VTODO\r\nDTSTART:20260101\r\nEND:VTODO\r\n";
  const std::string with_alarm = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nBEGIN:VALARM\r\nDURATION:PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n";
  CHECK(read(file(zone + task + with_alarm)).size() == 1);
}

TEST_CASE("what cannot be read is told with its line") {
  const std::string position = fault(file(event("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYWEEKNO=20\r\n")));
  CHECK(has(position, "uk.ics:7:1: error: a rule by BYWEEKNO is not read"));
  CHECK(has(position, "RRULE:FREQ=YEARLY;BYWEEKNO=20"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261325\r\n"))), "\"20261325\" is not a date"));
  CHECK(has(fault(file(event("SUMMARY:No day\r\n"))), "an event has no DTSTART"));
  CHECK(has(fault(file(event("DTSTART;TZID=Middle Earth Time:20261225T090000\r\n"))), "\"Middle Earth Time\" is a time zone neither of"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261220\r\n"))), "ends before it begins"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261225\r\nDURATION:1D\r\n"))), "not a length of time"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20201225\r\nDTEND;VALUE=DATE:20221225\r\n"))), "longer than a year"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=HOURLY\r\n"))), "FREQ=HOURLY is not read"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;INTERVAL=0\r\n"))), "INTERVAL cannot be"));
  CHECK(has(fault(file(event("DTSTART;VALUE=DATE:20261225\r\nEXRULE:FREQ=YEARLY\r\n"))), "a rule of exceptions is not read"));
  CHECK(has(fault("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"), "the file ends inside VEVENT"));
  CHECK(has(fault("BEGIN:VCALENDAR\nEND:VEVENT\n"), "ends here without having begun"));
  CHECK(has(fault("<html>\n"), "no line of a calendar"));
  CHECK(has(fault("BEGIN:VCARD\nEND:VCARD\n"), "no iCalendar file"));
}

// The files that the icalendar package of Debian brings.
TEST_CASE("calendars of other programs are read, or refused with a line of theirs") {
  std::size_t read_whole = 0, refused = 0;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/python3/dist-packages/icalendar/tests", fault)) {
    if (entry.path().extension() != ".ics") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    try {
      closures_in(Source{entry.path().string(), text.str()}, london);
      ++read_whole;
    } catch (const Error& error) {
      CHECK(error.where.line > 0);
      CHECK_FALSE(error.message.empty());
      ++refused;
    }
  }
  if (read_whole + refused == 0) {
    MESSAGE("skipped: python3-icalendar is not installed");
    return;
  }
  MESSAGE(read_whole << " calendars read, " << refused << " refused");
  CHECK(read_whole > refused);
}
