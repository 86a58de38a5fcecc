#pragma once
// The events of all orgs for one receiver, read from the audit log as far as they are news for
// people: not what jobs ask for all day (grants). How far the receiver has got is kept in the
// database, so that each event reaches it at least once, whichever programs serve, stop and start.
//
// The log is the queue: a receiver that is away costs no memory and delays nobody. A new receiver
// begins with what happens from then on.

#include <cstddef>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

struct FeedEvent {
  std::string org_id;
  std::int64_t sequence = 0;
  std::string id;      // "ORG:SEQUENCE": the same each time it is delivered
  std::string action;  // "connection.change"
  bool refused = false;
  TimePoint time;
  std::string
      json;  // {"id","type","time","org","event":{…}}, the event as GET /api/v1/audit has it
};

class EventFeed {
 public:
  // `receiver` names who is sent to, `program` who sends: of several programs with one receiver
  // only one sends, the others when it is gone. `desk` must outlive it.
  EventFeed(Desk& desk, std::string receiver, std::string program);

  // Up to `limit` events that have not been delivered, those of an org in their order. None while
  // another program sends.
  Result<std::vector<FeedEvent>> Next(std::size_t limit);

  // Whether this program is still the one that sends, which it says again when that was long ago:
  // to be asked before each event of Next() that is delivered.
  Result<bool> IsOurs();

  // `event`, and those of its org before it, need not be delivered again. Whether this program is
  // still the one that sends; false: another has taken over, which may deliver it again.
  Result<bool> Done(const FeedEvent& event);

 private:
  struct Position {
    std::string org_id;
    std::int64_t sequence = 0;  // delivered up to here
    std::int64_t head = 0;
  };
  struct Batch {
    std::vector<FeedEvent> events;
    std::int64_t end = 0;  // looked through up to here
  };
  // Whether this program is the one that sends.
  Result<bool> Claim();
  // Says that it goes on sending; false: another one does.
  Result<bool> Renew(SqlSession& session);
  Result<std::vector<Position>> Positions();
  // Forward only. As Done().
  Result<bool> Move(const std::string& org_id, std::int64_t sequence);
  Result<Batch> Read(const Position& position, std::size_t limit);

  Desk& desk_;
  std::string receiver_;
  std::string program_;
  TimePoint renewed_at_;
};

}  // namespace injector
