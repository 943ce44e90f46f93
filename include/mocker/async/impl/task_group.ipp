#ifndef MOCKER_ASYNC_IMPL_TASK_GROUP_IPP
#define MOCKER_ASYNC_IMPL_TASK_GROUP_IPP

#include <mocker/async/task_group.hpp>

#include <mocker/async/event.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <list>
#include <vector>

namespace mocker::async {

struct task_group::state {
    explicit state(asio::any_io_executor ex) : executor(ex), changed(ex) {}

    asio::any_io_executor executor;
    event changed;
    std::list<asio::cancellation_signal> running;
    std::exception_ptr failure;

    void ended(std::list<asio::cancellation_signal>::iterator task, std::exception_ptr thrown) {
        running.erase(task);
        if (thrown && !failure && !is_cancellation(thrown)) failure = thrown;
        if (running.empty()) changed.notify_all();
    }

    static bool is_cancellation(std::exception_ptr const& thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (boost::system::system_error const& e) {
            return e.code() == asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }
};

MOCKER_DECL task_group::task_group(asio::any_io_executor executor) : state_(std::make_shared<state>(std::move(executor))) {}

MOCKER_DECL task_group::~task_group() { cancel(); }

MOCKER_DECL void task_group::spawn(awaitable<void> task) {
    auto const position = state_->running.emplace(state_->running.end());
    auto on_end = [owner = state_, position](std::exception_ptr thrown) { owner->ended(position, thrown); };
    asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(position->slot(), std::move(on_end)));
}

MOCKER_DECL void task_group::cancel() {
    auto const owner = state_;
    std::vector<asio::cancellation_signal*> signals;
    for (auto& signal : owner->running) signals.push_back(&signal);
    for (auto* signal : signals) signal->emit(asio::cancellation_type::terminal);
}

MOCKER_DECL awaitable<void> task_group::join() {
    auto const owner = state_;
    while (!owner->running.empty()) co_await owner->changed.wait();
    if (owner->failure) std::rethrow_exception(std::exchange(owner->failure, nullptr));
}

MOCKER_DECL std::size_t task_group::size() const noexcept { return state_->running.size(); }

} // namespace mocker::async

#endif
