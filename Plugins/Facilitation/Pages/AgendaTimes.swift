import Kernel
import Postgres

/// When each item of the agenda should begin, and which one the minute that runs belongs to.
struct AgendaTimes: Sendable {
    struct Slot: Sendable, Equatable {
        let id: Identifier
        let begins: Instant?
        let minutes: Int
    }

    let slots: [Slot]
    /// End of the last slot; nil without a start.
    let ends: Instant?

    /// Items follow each other from the real start, or from the announced one; an item without a length takes none.
    init(_ items: [(id: Identifier, minutes: Int?)], from start: Instant?) {
        var at = start
        var slots: [Slot] = []
        for item in items {
            slots.append(Slot(id: item.id, begins: at, minutes: item.minutes ?? 0))
            at = at?.adding(minutes: item.minutes ?? 0)
        }
        self.slots = slots
        self.ends = at
    }

    /// Item that the clock points at: the last one whose beginning has come; the first before the start, nil for an empty agenda.
    func current(at now: Instant) -> Identifier? {
        let begun = slots.last { slot in slot.begins.map { $0 <= now } ?? false }
        return (begun ?? slots.first)?.id
    }
}
