// The facts there are: the canonical ones of templates/fields.tsv, the user's own of [fields], derived ones.
// A Schema numbers them once; conditions, columns and Facts speak of a fact by that number, its slot.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/node.h"
#include "core/time/value.h"

namespace amends {

using Slot = std::uint16_t;
inline constexpr Slot no_slot = 0xffff;

enum class RecordKind : std::uint8_t { order, shipment, item, event, customer, contact, credit };
inline constexpr int record_kinds = 7;
std::string_view name_of(RecordKind kind);         // "order"
std::string_view source_name_of(RecordKind kind);  // "orders", as in [sources.orders]
std::optional<RecordKind> record_kind_named(std::string_view source_name);

struct Member;  // of a record

// A declared type: "money", "date?", "a | b", "number = 0", ["T"], { a = "T" }, [ { a = "T" } ].
struct FieldType {
  Type base = Type::string;              // never missing or null
  bool optional = false;                 // "T?": an empty cell is null; otherwise it is missing
  std::vector<std::string> words;        // "a | b": the closed values of an enum (base string)
  Currency currency;                     // "money EUR"; none: the case's currency
  std::shared_ptr<const Node> standard;  // "T = v": v as written; null when there is no default
  std::shared_ptr<const FieldType> element;                             // list
  std::vector<Member> members;                                          // record
  bool is_case = false;  // "case?", of a list's elements: a record that may set any field of the case
  bool bare = false;     // a number that is an amount where money is wanted
};
struct Member {
  std::string name;
  FieldType type;
};
std::string print(const FieldType& type);

// Where a fact comes from.
// element: part of a list's element, told only while a policy table goes through that list.
enum class Origin : std::uint8_t { record, own, derived, judged, history, element };

struct Field {
  std::string name;
  FieldType type;
  Origin origin = Origin::record;
  RecordKind record = RecordKind::order;  // origin record: whose column it is
  bool told = false;                      // letters may read it (own fields: public = true)
  std::string stage;                      // which stage needs it
  std::string meaning;
};

// Facts of a case by name. Order-level names are plain ("service"); those of the other records that a
// condition can reach stand on the order after the join (see records.h). Lists: "items", "shipments".
class Schema {
 public:
  Slot add(Field field);  // the slot of a new field; an existing name is replaced and keeps its slot
  Slot find(std::string_view name) const;  // no_slot when there is none
  const Field& at(Slot slot) const { return fields_[slot]; }
  std::size_t size() const { return fields_.size(); }
  std::vector<std::string> names() const;

 private:
  std::vector<Field> fields_;
};

// The canonical vocabulary, read once from templates/fields.tsv.
struct Word {
  std::string name;
  std::string meaning;
  std::string measure;  // of a remedy: money, quantity, duration, none
};
struct Vocabulary {
  std::vector<Field> fields;     // of every record; a record's own column is found by (record, name)
  std::vector<Word> statuses;    // of orders and shipments
  std::vector<Word> kinds;       // of a miss, gravest first
  std::vector<Word> causes;
  std::vector<Word> remedies;    // kinds of remedy
};
const Vocabulary& vocabulary();
// The column `name` of one record, or null.
const Field* canonical(RecordKind record, std::string_view name);
// A schema of the canonical order-level and judged facts, to which a project adds its own.
Schema standard_schema();
// Adds the columns that only records of this kind have, so that cases about them can be tested by them.
void add_facts_of(RecordKind kind, Schema& schema);

// "date?", "a | b", "boolean = false", { type = "money", public = true }...: one entry of [fields].
Field read_field(const Entry& entry);
FieldType read_type(const Node& node);

// A scalar of the given type from the text a user or file wrote; nullopt when it is not one.
// Money is in `currency` units unless the type names its own. Empty text: null or missing by the type.
std::optional<Value> read_value(std::string_view text, const FieldType& type, Currency currency, const Zone& zone);

// Where conditions and expressions get their facts.
struct FactSource {
  virtual ~FactSource() = default;
  virtual Value at(Slot slot) const = 0;  // Value{} (missing) when unknown
  virtual Currency currency() const = 0;  // of the case
  // Why a fact is missing: adds the facts to blame (itself, unless it is computed from others), or returns
  // another reason.
  virtual std::string lacks(Slot slot, std::vector<Slot>& missing) const {
    missing.push_back(slot);
    return {};
  }
  // The same facts with some of them told anew: an element of a list lies over its case. Keeps a reference to this.
  virtual std::unique_ptr<FactSource> with(std::vector<std::pair<Slot, Value>> element) const;
};

// The facts of an element over those of its case.
class ElementFacts : public FactSource {
 public:
  ElementFacts(const FactSource& whole, std::vector<std::pair<Slot, Value>> element) : whole_(whole), element_(std::move(element)) {}
  Value at(Slot slot) const override;
  Currency currency() const override { return whole_.currency(); }
  std::string lacks(Slot slot, std::vector<Slot>& missing) const override;

 private:
  const std::pair<Slot, Value>* told(Slot slot) const;

  const FactSource& whole_;
  std::vector<std::pair<Slot, Value>> element_;
};

// Facts of one case, owned. Strings given to set() must live in keep() or in something longer-lived.
class Facts : public FactSource {
 public:
  Value at(Slot slot) const override;
  Currency currency() const override { return money; }
  void set(Slot slot, Value value);  // missing: as one that was never set
  void take_all(std::vector<std::pair<Slot, Value>>& told);  // moved out of, by slot, in place of what was known
  std::string_view keep(std::string_view text);
  // Slot and value of each that is known, null ones too; by slot.
  template <class Use>
  void each(Use use) const {
    auto null = nulls_.begin();
    for (const auto& [slot, value] : values_) {
      for (; null != nulls_.end() && *null < slot; ++null) use(*null, Value::null());
      if (!value.is_missing()) use(slot, value);
    }
    for (; null != nulls_.end(); ++null) use(*null, Value::null());
  }

  Currency money;

 private:
  std::vector<std::pair<Slot, Value>> values_;
  std::vector<Slot> nulls_;  // apart, as most facts of most cases are null, and values are large
  std::shared_ptr<std::deque<std::string>> words_;  // a deque: views stay valid as it grows
};

}  // namespace amends
