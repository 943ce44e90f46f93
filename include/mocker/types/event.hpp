/// @file Events of the Engine API (v1.51, `EventMessage`).
#ifndef MOCKER_TYPES_EVENT_HPP
#define MOCKER_TYPES_EVENT_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

/// What an event happened to.
struct event_actor {
    std::string id;
    string_map attributes;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("ID", self.id);
        v("Attributes", self.attributes);
    }
};

/// One message of `GET /events`. `status`, `id` and `from` are the old names, sent for containers and images.
struct event_message {
    std::string status, id, from;
    std::string type, action;
    event_actor actor;
    std::string scope = "local";
    std::int64_t time = 0;      ///< seconds since the epoch
    std::int64_t time_nano = 0; ///< nanoseconds since the epoch

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("status", self.status);
        v.omit_empty("id", self.id);
        v.omit_empty("from", self.from);
        v("Type", self.type);
        v("Action", self.action);
        v("Actor", self.actor);
        v.omit_empty("scope", self.scope);
        v.omit_empty("time", self.time);
        v.omit_empty("timeNano", self.time_nano);
    }
};

} // namespace mocker::types

#endif
