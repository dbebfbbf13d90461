#include "io/records/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/records/id_index.h"
#include "core/records/versions.h"
#include "io/records/asked_fields.h"
#include "io/records/batches.h"
#include "io/records/input.h"
#include "io/records/input_file.h"
#include "io/records/row_sieve.h"
#include "io/records/source_doubt.h"
#include "io/records/source_files.h"
#include "io/records/source_reader.h"
#include "io/records/threads.h"

namespace amends {
namespace {

constexpr std::size_t partition_block = std::size_t{8} << 10, row_block = std::size_t{2} << 10;
constexpr std::uint64_t program_memory = std::uint64_t{32} << 20, thread_memory = std::uint64_t{8} << 20;

class Stopwatch {
 public:
  // Seconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class Engine {
 public:
  Engine(const Project& project, Instant as_of, const Wanted& wanted, const JudgeOptions& judging, Keep keep, const EngineOptions& options, const BatchUse& use)
      : project_(project), as_of_(as_of), wanted_(wanted), judging_(judging), keep_(std::move(keep)), options_(options), use_(use), inputs_(options.limits),
        threads_(options.threads > 0 ? options.threads : threads_at_hand()) {}

  Survey run() {
    if (!can_be_sifted()) return read_whole_at_once();
    Stopwatch watch;
    SourceFiles opened = open_source_files(project_, wanted_, inputs_);
    files_ = std::move(opened.files);
    std::move(std::begin(opened.columns), std::end(opened.columns), std::begin(columns_));
    for (SourceFile& file : files_) {
      file.columns = &columns_[static_cast<int>(file.spec->kind)];
      progress_.bytes_in_all += file.bytes->size() - std::min(file.bytes->size(), file.body);
    }
    sample_ids_ = std::move(opened.order_ids);
    if (!opened.is_delimited || opened.has_parcels_without_order) {
      give_files_back();
      return read_whole_at_once();
    }
    read_customers();
    plan();
    survey_.stats.opening = watch.lap();
    BlockPool rows(share_of_memory(2), row_block);
    Sifted sifted(rows, files_, options_.chunk_size);
    {
      BlockPool partitions(share_of_memory(5), partition_block);
      sift(files_, plan_, use_.kept.take, partitions, threads_, progress_, sifted);
      survey_.stats.spilled += partitions.spilled();
    }
    refuse_other_encodings(sifted);
    const double sifting = watch.lap();
    survey_.stats.joining = std::chrono::duration<double>(std::chrono::steady_clock::now() - sifted.parsed).count();
    survey_.stats.parsing = sifting - survey_.stats.joining;
    Batches batches(project_, as_of_, wanted_, files_, columns_, customers_ ? &*customers_ : nullptr, rows, sifted);
    batches.fetch(threads_);
    survey_.stats.fetching = watch.lap();
    newest_ = sifted.newest;
    is_doubtful_ = may_be_doubtful(sifted);
    judge_batches(batches);
    if (!loose_.misses.empty() || !loose_.unjudged.empty() || !loose_.times.empty()) take_loose(batches.size());
    survey_.stats.judging = watch.lap();
    finish(sifted);
    take_contacts(holds(RecordKind::contact, "at"));
    survey_.stats.bytes = progress_.bytes;
    survey_.stats.spilled += rows.spilled();
    return std::move(survey_);
  }

 private:
  // Events find their order through a parcel, and so do parcels that name none, which one order's rows do not tell.
  bool can_be_sifted() const {
    return std::none_of(project_.sources.begin(), project_.sources.end(), [](const SourceSpec& s) {
      const PresetPart& part = preset_named(s.preset, s.where).part(s.kind);
      return s.kind == RecordKind::event || part.is_tracked || (part.fold && *part.fold != RecordKind::item);
    });
  }

  // Tenths of the memory there is for records, when each thread has its buffers.
  Limits share_of_memory(std::uint64_t tenths) const {
    const std::uint64_t fixed = program_memory + thread_memory * static_cast<std::uint64_t>(threads_);
    Limits limits = options_.limits;
    limits.memory = limits.memory > fixed ? (limits.memory - fixed) / 10 * tenths : 0;
    return limits;
  }

  Survey read_whole_at_once() {
    Batch batch;
    batch.records = read_records(project_, as_of_, wanted_, inputs_);
    batch.judgement = judge(batch.records, project_, as_of_, judging_);
    collect_contacts(batch.records, contacts_);
    take_contacts(batch.records.table(RecordKind::contact).find("at") != nullptr);
    if (use_.prepare) use_.prepare(batch);
    survey_.counts = batch.judgement.counts;
    survey_.stats.looked_at_again = batch.records.orders().rows();
    use_.take(batch);
    if (use_.print) use_.print(batch.text);
    for (Table& table : batch.records.tables) table = Table{};
    survey_.words.push_back(std::move(batch.records.words));
    survey_.records = std::move(batch.records);
    return std::move(survey_);
  }

  void collect_contacts(const Records& records, ContactLog& log) const {
    if (wants_contacts_) log.append(contact_log(records, project_, judging_.held));
  }

  // `is_told`: a source says when.
  void take_contacts(bool is_told) {
    if (!wants_contacts_ || !is_told) return;
    contacts_.sort();
    survey_.contacts = std::make_shared<const ContactLog>(std::move(contacts_));
  }

  void read_customers() {
    RecordsBuilder builder(project_, as_of_, wanted_);
    bool any = false;
    for (const SourceSpec& spec : project_.sources) {
      if (spec.kind != RecordKind::customer) continue;
      any = true;
      SourceTarget target;
      target.raw = &builder.raw(RecordKind::customer);
      target.asked = asked_fields(RecordKind::customer, wanted_, project_, spec.max_age > 0);
      read_source(project_, spec, as_of_, inputs_, target, builder.records());
    }
    if (!any) return;
    builder.settle(RecordKind::customer);
    customers_.emplace();
    customers_->raw = std::move(builder.raw(RecordKind::customer));
    customers_->raw.contradictory = builder.contradictory(RecordKind::customer);
    customer_records_ = std::move(builder.records());
    const Table& table = customers_->raw.table;
    customers_->by_id = std::make_unique<IdIndex>(IdColumns{table.find("customer_id")});
    customers_->by_id->reserve(table.rows());
    for (Row row = 0; row < table.rows(); ++row) {
      customers_->by_id->add(row);
      if (customers_->raw.contradictory[row] != 0) keep_.customers.insert(table.find("customer_id")->text[row]);
    }
    columns_[static_cast<int>(RecordKind::customer)] = rows_of(customers_->raw, {}).table;
    add_customers_of_persons(table);
  }

  // Somebody may be customer under several numbers.
  void add_customers_of_persons(const Table& customers) {
    const std::unordered_set<std::string> persons = keep_.persons;
    if (persons.empty()) return;
    for (const char* name : {"person_id", "email"})
      if (const Column* column = customers.find(name))
        for (Row row = 0; row < customers.rows(); ++row)
          if (!column->is_empty(row) && (persons.contains(std::string(column->text[row])) || persons.contains(lower(trimmed(column->text[row])))))
            keep_.persons.emplace(customers.find("customer_id")->text[row]);
  }

  void give_files_back() {
    for (SourceFile& file : files_) inputs_.give_back(*file.spec, file.path, {file.name, file.format, file.is_table, std::move(file.bytes)});
  }

  bool holds(RecordKind kind, std::string_view field) const { return columns_[static_cast<int>(kind)].find(field) != nullptr; }

  void plan() {
    plan_.project = &project_;
    plan_.as_of = as_of_;
    plan_.keep = &keep_;
    std::vector<std::string_view> ids(sample_ids_.begin(), sample_ids_.end());
    plan_.code = IdCode::learned_from(ids);
    plan_.parcels_tell = holds(RecordKind::shipment, "delivered_at");
    plan_.parcels_tell_status = holds(RecordKind::shipment, "status");
    plan_.told_elsewhere.assign(project_.schema.size(), false);
    for (std::size_t i = 0; i < project_.schema.size(); ++i) {
      const std::string& name = project_.schema.at(static_cast<Slot>(i)).name;
      const bool is_item_sum = name == "order_value" || name == "goods_value" || name == "shipping_fee";
      const bool items_tell = is_item_sum && !columns_[static_cast<int>(RecordKind::item)].columns.empty();
      plan_.told_elsewhere[i] = holds(RecordKind::shipment, name) || holds(RecordKind::customer, name) || items_tell;
    }
    plan_.status_is_told = holds(RecordKind::order, "status") || holds(RecordKind::shipment, "status") || holds(RecordKind::customer, "status");
    const auto tells_money = [&](RecordKind kind) {
      const std::vector<Column>& columns = columns_[static_cast<int>(kind)].columns;
      return std::any_of(columns.begin(), columns.end(), [](const Column& column) { return column.type.base == Type::money; });
    };
    plan_.lines_have_currency = tells_money(RecordKind::shipment) || tells_money(RecordKind::contact) || std::any_of(project_.sources.begin(), project_.sources.end(), [](const SourceSpec& s) {
      return s.kind == RecordKind::item || s.kind == RecordKind::credit;
    });
    if (use_.kept.groups != nullptr && can_tell_kept()) plan_kept();
    for (const Guarantee& guarantee : project_.guarantees)
      if (guarantee.on != RecordKind::order) plan_.is_always_odd[static_cast<std::size_t>(guarantee.on)] = true;
    for (const SourceSpec& spec : project_.sources)
      if (!spec.subjects.empty()) plan_.is_always_odd[static_cast<std::size_t>(spec.kind)] = true;
    if (wants_contacts_) plan_.is_always_odd[static_cast<std::size_t>(RecordKind::contact)] = true;  // all are heard, whatever became of their orders
    plan_.watches_open = project_.lost || !project_.transit.empty();
    plan_.is_possible = !(holds(RecordKind::shipment, "quantity") && holds(RecordKind::item, "quantity"));  // an order may lack a parcel nobody knows
  }

  // Texts that an order's own row or its parcels tell as they tell others.
  bool can_tell_kept() const {
    const auto is_plain = [&](const std::string& name) {
      const Slot slot = project_.schema.find(name);
      const bool is_joined_otherwise = name == "status" || name == "currency" || name == "customer_id" || name.ends_with("order_id");
      return slot == no_slot || (project_.schema.at(slot).type.base == Type::string && !project_.schema.at(slot).type.standard && !is_joined_otherwise);
    };
    const std::vector<std::string>& facts = use_.kept.groups->facts();
    const bool is_timed_by_customers = holds(RecordKind::customer, "shipped_at") || holds(RecordKind::customer, "placed_at");
    const auto is_of_lines = [&](const std::string& name) { return holds(RecordKind::item, name); };
    const bool lines_tell = std::any_of(use_.kept.of_lines.begin(), use_.kept.of_lines.end(), is_of_lines);
    return !is_timed_by_customers && !lines_tell && std::all_of(facts.begin(), facts.end(), is_plain);
  }

  void plan_kept() {
    keep_.all = false;
    plan_.kept.groups = use_.kept.groups;
    plan_.kept.with_persons = use_.kept.with_persons;
    plan_.kept.tells_sending = holds(RecordKind::order, "shipped_at") || holds(RecordKind::shipment, "shipped_at");
    for (std::size_t i = 0; i < plan_.kept.groups->facts().size(); ++i) {
      const std::string& fact = plan_.kept.groups->facts()[i];
      plan_.kept.customers_tell.push_back(holds(RecordKind::customer, fact));
      if (plan_.kept.customers_tell[i] || holds(RecordKind::order, fact) || holds(RecordKind::shipment, fact)) plan_.kept.groups->hold(i);
    }
  }

  void judge_batches(Batches& batches) {
    std::atomic<std::size_t> next = 0;
    progress_.batches_in_all = batches.size();
    run_on_threads(threads_, [&](int) {
      try {
        Batches::Desk desk;
        ContactLog contacts;
        for (std::size_t number = next++; number < batches.size(); number = next++) {
          Batch batch;
          batch.number = number;
          batch.records = batches.read(number, desk);
          batch.judgement = judge(batch.records, project_, as_of_, judging_);
          collect_contacts(batch.records, contacts);
          Judgement loose = loose_of(batch.judgement);
          if (use_.prepare) use_.prepare(batch);
          if (!take_in_turn(number, batch, std::move(loose))) return;
        }
        const std::lock_guard lock(guard_);
        contacts_.append(std::move(contacts));
        for (std::size_t i = 0; i < desk.newest.size(); ++i) newest_[i] = std::max(newest_[i], desk.newest[i]);
      } catch (...) {
        const std::lock_guard lock(guard_);
        has_failed_ = true;
        turn_changed_.notify_all();
        throw;
      }
    });
  }

  // The cases of no known order, taken out: they stand behind those of all orders.
  static Judgement loose_of(Judgement& judgement) {
    Judgement loose;
    const auto take = [](auto& all, auto& some, auto order_of) {
      const auto first = std::stable_partition(all.begin(), all.end(), [&](const auto& one) { return order_of(one) != no_row; });
      std::move(first, all.end(), std::back_inserter(some));
      all.erase(first, all.end());
    };
    const auto own = [](const auto& one) { return one.order; };
    take(judgement.misses, loose.misses, own);
    take(judgement.unjudged, loose.unjudged, own);
    take(judgement.times, loose.times, own);
    take(judgement.open, loose.open, [](const OpenCase& open) { return open.miss.order; });
    return loose;
  }

  static void append(Judgement&& from, Judgement& to) {
    std::move(from.misses.begin(), from.misses.end(), std::back_inserter(to.misses));
    std::move(from.unjudged.begin(), from.unjudged.end(), std::back_inserter(to.unjudged));
    std::move(from.times.begin(), from.times.end(), std::back_inserter(to.times));
    std::move(from.open.begin(), from.open.end(), std::back_inserter(to.open));
  }

  void take_loose(std::size_t number) {
    Batch batch;
    batch.number = number;
    batch.judgement = std::move(loose_);
    sort_loose(batch.judgement);
    if (use_.prepare) use_.prepare(batch);
    use_.take(batch);
    if (is_doubtful_) held_.push_back(std::move(batch.text));
    else if (use_.print) use_.print(batch.text);
  }

  bool take_in_turn(std::size_t number, Batch& batch, Judgement&& loose) {
    std::unique_lock lock(guard_);
    turn_changed_.wait(lock, [&] { return has_failed_ || turn_ == number; });
    if (has_failed_) return false;
    survey_.counts += batch.judgement.counts;
    survey_.stats.looked_at_again += batch.records.orders().rows();
    append_findings(batch.records, survey_.records);
    append(std::move(loose), loose_);
    use_.take(batch);
    if (is_doubtful_) held_.push_back(std::move(batch.text));
    else if (use_.print) use_.print(batch.text);
    if (use_.keeps_bytes) {
      for (std::unique_ptr<std::string>& buffer : batch.records.buffers)
        if (buffer) survey_.records.buffers.push_back(std::move(buffer));
      survey_.words.push_back(std::move(batch.records.words));
    }
    ++turn_;
    ++progress_.batches;
    turn_changed_.notify_all();
    return true;
  }

  void finish(Sifted& sifted) {
    Records& records = survey_.records;
    survey_.counts += sifted.counts;
    for (int kind = 0; kind < record_kinds; ++kind) {
      records.rows_read[kind] += sifted.rows_read[kind];
      records.orphans[kind] += sifted.orphans[kind];
    }
    for (const SourceSpec& spec : project_.sources) records.mapped[static_cast<std::size_t>(spec.kind)] = true;
    for (const SourceFile& file : files_) {
      records.files.push_back(file.name);
      if (sifted.rows[file.index] == 0 && !keep_.only_these) records.without_rows.push_back(file.name);
      if (file.items) records.mapped[static_cast<std::size_t>(RecordKind::item)] = true;
      file.bytes->check_unchanged();
    }
    if (customers_) {
      append_findings(customer_records_, records);
      for (std::unique_ptr<std::string>& buffer : customer_records_.buffers) records.buffers.push_back(std::move(buffer));
      survey_.words.push_back(std::move(customer_records_.words));
    }
    sort_findings(records);
    note_newest();
    if (!keep_.only_these) refuse_doubtful_sources(sifted);
    if (use_.print)
      for (const std::string& text : held_) use_.print(text);
  }

  // A few broken bytes cost their rows only.
  void refuse_other_encodings(const Sifted& sifted) const {
    for (const SourceFile& file : files_)
      if (sifted.utf8[file.index].is_other_encoding()) refuse_other_encoding(file.name, *file.bytes);
  }

  // Whether something read later can still show that a source is not whole.
  bool may_be_doubtful(const Sifted& sifted) const {
    return std::any_of(project_.sources.begin(), project_.sources.end(), [&](const SourceSpec& spec) {
      if (spec.kind == RecordKind::customer) return false;
      std::size_t rows = 0;  // at least so many can be used,
      std::int64_t newest = Moment::none;  // and something is at least as new
      for (const SourceFile& file : files_)
        if (file.spec == &spec) {
          rows += sifted.clean[file.index];
          newest = std::max(newest, sifted.newest[file.index]);
        }
      const bool is_fresh = spec.max_age == 0 || (newest != Moment::none && as_of_.ms - newest <= spec.max_age);
      return rows == 0 || rows < static_cast<std::size_t>(spec.min_rows) || !is_fresh;
    });
  }

  // As they would have been found one file after the other.
  void sort_findings(Records& records) const {
    const auto place_of = [&](const Rejected& r) {
      const auto kind = std::find(std::begin(reading_order), std::end(reading_order), r.kind) - std::begin(reading_order);
      const auto file = std::find_if(files_.begin(), files_.end(), [&](const SourceFile& f) { return f.name == r.where.file; }) - files_.begin();
      return std::tuple(kind, file, r.kind == RecordKind::customer ? 0 : r.where.line);
    };
    std::stable_sort(records.rejected.begin(), records.rejected.end(), [&](const Rejected& a, const Rejected& b) { return place_of(a) < place_of(b); });
    amends::sort_findings(records);
  }

  void note_newest() {
    for (const SourceFile& file : files_) {
      std::optional<Instant>& newest = survey_.newest[static_cast<std::size_t>(file.spec->kind)];
      if (newest_[file.index] != Moment::none) newest = std::max(newest.value_or(Instant{newest_[file.index]}), Instant{newest_[file.index]});
    }
  }

  void refuse_doubtful_sources(const Sifted& sifted) const {
    for (const SourceSpec& spec : project_.sources) {
      if (spec.kind == RecordKind::customer) continue;
      SourceTotals totals;
      totals.is_header_alone = true;
      for (const SourceFile& file : files_) {
        if (file.spec != &spec) continue;
        totals.is_header_alone = totals.is_header_alone && sifted.rows[file.index] == 0 && !file.header.empty();
        const auto rejected = std::count_if(survey_.records.rejected.begin(), survey_.records.rejected.end(),
                                            [&](const Rejected& r) { return r.kind == spec.kind && r.where.file == file.name; });
        totals.rows += sifted.rows[file.index] - std::min(sifted.rows[file.index], static_cast<std::size_t>(rejected));
        totals.newest = std::max(totals.newest, newest_[file.index]);
        for (const CellPlan& cell : file.plan.cells) totals.tells_time = totals.tells_time || cell.is_fact_time;
      }
      refuse_doubtful(spec, totals, survey_.records.rejected, as_of_, spec.zone.value_or(project_.shop.zone));
    }
  }

  const Project& project_;
  Instant as_of_;
  const Wanted& wanted_;
  const JudgeOptions& judging_;
  Keep keep_;
  const EngineOptions& options_;
  const BatchUse& use_;
  Progress own_progress_;
  Progress& progress_ = options_.progress != nullptr ? *options_.progress : own_progress_;
  Inputs inputs_;
  int threads_;
  const bool wants_contacts_ = is_told_by_contacts(judging_.facts, project_.schema);
  Survey survey_;
  Table columns_[record_kinds];  // without rows
  std::vector<SourceFile> files_;
  std::vector<std::string> sample_ids_;
  std::optional<SideTable> customers_;
  Records customer_records_;
  SievePlan plan_;
  std::vector<std::int64_t> newest_;  // by file
  bool is_doubtful_ = false;
  std::vector<std::string> held_;     // texts, while a source may be in doubt
  Judgement loose_;                   // cases of no known order
  ContactLog contacts_;
  std::mutex guard_;
  std::condition_variable turn_changed_;
  std::size_t turn_ = 0;
  bool has_failed_ = false;
};

}  // namespace

Survey read_and_judge(const Project& project, Instant as_of, const Wanted& wanted, const JudgeOptions& judging, Keep keep,
                       const EngineOptions& options, const BatchUse& use) {
  return Engine(project, as_of, wanted, judging, std::move(keep), options, use).run();
}

}  // namespace amends
