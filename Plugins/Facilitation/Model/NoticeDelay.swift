import Kernel

/// Delays advised between the notice and the meeting (missions.md 12.2). Only a warning: an urgent situation cannot wait.
enum NoticeDelay {
    /// Days advised by the founders' sources for a team meeting; for an assembly they are due by law.
    static let advisedDays = 15

    /// A sentence when the notice leaves late, nil when it leaves in time.
    static func advice(type: MeetingType, today: CivilDate, meeting: CivilDate) -> String? {
        let days = meeting.daysSinceEpoch - today.daysSinceEpoch
        guard days < advisedDays else { return nil }
        // The delay of an assembly is no advice: `AssemblyNotice` decides.
        if type.isAssembly { return nil }
        return "Le délai conseillé est de \(advisedDays)\u{00A0}jours."
    }

    /// When the reminder leaves: 48 hours before an RCP, three days before another meeting.
    static func reminder(type: MeetingType, startsAt: Instant) -> Instant {
        startsAt.adding(seconds: type == .rcp ? -48 * 3600 : -72 * 3600)
    }

    /// Day until which minutes are expected: seven days, fifteen for an assembly.
    static func minutesDue(type: MeetingType, held: CivilDate) -> CivilDate { held.adding(days: type.isAssembly ? 15 : 7) }
}
