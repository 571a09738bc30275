import Kernel

/// A meeting in calendars: kind, structure, place and time. No programme and no situation, since calendars are shared.
enum MeetingCalendar {
    static func event(_ head: MeetingScreen.Head, _ msp: MspHandle, isCancelled: Bool = false) -> CalendarFile.Event? {
        head.startsAt.map { start in
            CalendarFile.Event(
                // A cancellation is told just before its row changes.
                id: head.id, sequence: head.revision + (isCancelled ? 1 : 0), start: start, minutes: head.plannedMinutes,
                title: title(head.type, msp),
                place: head.place, organiser: head.organiser, organiserAddress: head.organiserAddress, isCancelled: isCancelled)
        }
    }

    static func title(_ type: String, _ msp: MspHandle) -> String { "\(MeetingType.of(type).label) – \(msp.name)" }
}
