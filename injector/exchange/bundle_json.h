#pragma once
// A bundle as a JSON document, or the same document in YAML. Three layouts are read, told apart by
// their shape:
//
//   {"version":1,"connections":[…],"variables":[…]}   ours; items as connection_json.h and
//                                                     variable_json.h show them
//   {"name":…,"type":…,"fields":{…},…}                one connection, as `connections get` prints
//   it
//   {"ID":{"conn_type":…,…}|"URI",…}                  Apache Airflow's (airflow connections export)
//
// Trust: the documents hold secrets. Errors name entries and members, never a value.

#include "injector/base/result.h"
#include "injector/exchange/bundle.h"
#include "injector/model/connection_json.h"

namespace injector {

// Ours. Hidden: secret fields are absent, and so are secret variables.
Value BundleToJson(const Bundle& bundle, SecretView view);

// Airflow's: one member a connection, named by its alias; variables have no place in it. Airflow
// and BundleFromJson read it as the same connections, but for what Airflow has no place for:
// default, expiry, and which fields the user calls secret. Hidden: without secret fields.
Result<Value> BundleToAirflowJson(const Bundle& bundle, SecretView view);

// One connection: as `connections get` prints it, as Airflow's object, or as text that is an
// Airflow URI. Its name is empty where the entry has none.
Result<Connection> ConnectionFromEntry(const Value& entry);

// Any of the three. Names are taken as they are: a caller checks them (CheckConnection).
Result<Bundle> BundleFromJson(const Value& document);

// "connection NAME", or "connection N" (from 1) where the name is none that may be shown.
std::string EntryLabel(std::string_view name, std::size_t index);

}  // namespace injector
