internal import CLibPQ
internal import Glibc

/// The kernel's list of sockets to watch, with a wake-up call from other threads. Linux only.
final class EventPoll: Sendable {
    static let readable = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
    static let writable = EPOLLOUT.rawValue
    /// The key of the wake-up call.
    static let wakeKey = UInt64.max

    private let descriptor: Int32
    private let wakeDescriptor: Int32

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        // Edge-triggered: every write is an event, and the counter never needs to be read.
        var event = epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: Self.wakeKey))
        epoll_ctl(descriptor, EPOLL_CTL_ADD, wakeDescriptor, &event)
    }

    deinit {
        close(wakeDescriptor)
        close(descriptor)
    }

    /// False when the kernel gave no descriptors.
    var isUsable: Bool { descriptor >= 0 && wakeDescriptor >= 0 }

    /// Ends a wait under way or the next one. Callable from any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }

    /// Watches a socket, or changes what it is watched for; false when the kernel refuses.
    func watch(_ socket: Int32, for events: UInt32, key: UInt64) -> Bool {
        var event = epoll_event(events: events, data: epoll_data_t(u64: key))
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) == 0 { return true }
        return errno == ENOENT && epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0
    }

    /// Watches a socket no longer.
    func forget(_ socket: Int32) {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
    }

    /// Waits for events; a negative time waits without end.
    func wait(_ events: inout [epoll_event], milliseconds: Int32) -> Int {
        Int(max(epoll_wait(descriptor, &events, Int32(events.count), milliseconds), 0))
    }
}
