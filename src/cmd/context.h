// What every command that reads a project shares: the common options, the project, the records and what
// was wrong with them.
#pragma once
#include <memory>
#include <set>
#include <string>

#include "cmd/command.h"
#include "core/judging/miss.h"
#include "core/ledger/night.h"
#include "io/ledger/ledger.h"
#include "io/output.h"
#include "io/project_file.h"
#include "io/records/engine.h"
#include "io/records/stage.h"

namespace amends {

struct Options {
  std::string config, as_of, format, output, rejects, color = "auto", progress = "auto";
  std::string threads, memory, tmp;  // of reading
  bool quiet = false, stats = false;
};

// -c, --as-of, -o, -q, --color; formats: those the command prints, the first for terminals.
void declare(Arguments& arguments, Options& options, std::vector<std::string> formats);
// --rejects, --threads, --memory, --tmp, --stats
void declare_reading(Arguments& arguments, Options& options);

// A length of time given as an option; Error (usage) when it is none.
std::int64_t duration_option(const std::string& name, const std::string& text);
// --as-of as given, else now.
Instant as_of_option(const std::string& text, const Project& project, const Clock& clock);
// A size given as an option, in bytes; Error (usage) when it is none.
std::uint64_t size_option(const std::string& name, const std::string& text);

// One line on stderr. What was found and decided stands also where nobody can be told.
void tell_on_stderr(const std::string& line);

class Context {
 public:
  Context(const Options& options, const Clock& clock);

  const Options& options;
  std::unique_ptr<Project> project;
  Instant as_of;

  // The format to print: as asked, else `on_terminal` on one and JSON lines elsewhere.
  std::string format(const std::string& on_terminal) const;
  // One line on stderr, unless -q.
  void say(const std::string& line) const;
  // Bold, dim and colours for text on stdout or stderr where wanted.
  std::string bold(const std::string& text) const;
  std::string dim(const std::string& text) const;

 private:
  bool colour_ = false;
};

// All facts that judging, deciding, letters and output ask for.
struct Asked {
  Wanted wanted;
  std::vector<Slot> facts;
};
// `kept`: projects under whose policies cases of the ledger are still decided; their facts are asked for too.
Asked asked_of(const Project& project, const std::vector<const Project*>& kept);

EngineOptions engine_options(const Context& context);
// Says what was set aside, writes --rejects; true when something was.
bool report(const Context& context, const Records& records);
bool report(const Context& context, const Judgement& judgement);

// What the ledger holds; empty when there is none yet.
struct Books {
  const Ledger* ledger = nullptr;
  Standing standing;
  HeldGuarantees held;
  std::function<const Project*(const std::string& hash)> project_of;  // old policies, as NightOptions
  std::vector<const Project*> kept;                                   // those that cases are decided under
  std::set<std::string> orders;                                       // with a case in it
};
enum class Grants { all, later };  // later: the caller fills standing.given
Books books_of(const Ledger* ledger, const Project& today, Grants grants = Grants::all);
std::unique_ptr<Ledger> ledger_to_read(const Context& context);
// The same, where there has to be one: Error before the first run.
std::unique_ptr<Ledger> ledger_of_a_run(const Context& context);

// Judged cases: from the pipe when the stage before wrote into it, else from the records.
struct Judged {
  Judgement judgement;
  Survey survey;                 // empty when read from the pipe
  std::vector<StageCase> piped;  // beside judgement.misses, when they were decisions
  bool from_pipe = false;
  bool decided = false;          // the pipe brought decisions
  bool partial = false;
};
// Whether a source can be read but once.
bool reads_stdin(const Project& project);

// The orders the ledger has cases of.
Keep kept_orders(const Books& books);
// The cases of the orders that `keep` says come in batches, as `use` leaves them in each; says nothing of what was
// set aside, which tell() does.
Judged read_cases(const Context& context, Keep keep, const JudgeOptions& judging, const Asked& asked, const BatchUse& use);
void tell(const Context& context, Judged& judged);

enum class CasesFrom { records, pipe_or_records };
enum class Tell { nothing, all };  // about rows set aside and cases that cannot be judged
// `also`: facts that each miss shall hold besides.
Judged judged_cases(const Context& context, const Books& books, CasesFrom from, Tell tell, const std::vector<Slot>& also = {});

// Judged cases of the records, which are not kept but printed as they come.
struct Printing {
  std::function<std::string(const Batch&)> text;  // of some of them; on any thread
  std::function<void(std::string_view)> write;
};
// `wanted`: facts to read besides those that are needed.
Judged printed_cases(const Context& context, const Books& books, const Wanted& wanted, const Printing& printing);

// Judgement::unmatched, without misses.
Judged unmatched_orders(const Context& context, const Books& books);

// Judged cases, and the records of one order besides: row no_row when there is none, be it that the id is a message's.
struct OneOrder {
  std::string id;
  Survey survey;  // what the batch points into, where it is not in Judged
  Batch batch;
  Row row = no_row;
  Row contact = no_row;  // in the contacts
};
Judged cases_with(const Context& context, const Books& books, OneOrder& order);

// The id most like this one, in whatever case; empty: none is, or the records come through stdin, which is read once.
std::string order_like(const Context& context, const Books& books, const std::string& id);

// Decisions as the pipe brought them, as a night again.
Night night_from_pipe(const Judged& judged);

}  // namespace amends
