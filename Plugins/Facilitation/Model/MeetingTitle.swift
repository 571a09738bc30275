import Kernel

/// Name of a meeting that nobody named (missions.md 4.2): type and day. It is also the title of the proof, hence without any name.
enum MeetingTitle {
    /// « Réunion d’équipe du 12 mars 2026 »; the type alone without a day.
    static func text(type: MeetingType, day: CivilDate?) -> String {
        guard let day else { return type.label }
        return "\(type.label) du \(French.mediumDate(day))"
    }

    /// The title once the meeting is on another day: one made from type and day follows, one that somebody chose stays.
    /// - Parameter former: days that the title may have been made from.
    static func following(_ title: String, type: MeetingType, from former: [CivilDate?], to day: CivilDate) -> String {
        former.contains { text(type: type, day: $0) == title } ? text(type: type, day: day) : title
    }
}

/// Names of the files made for a meeting: kind and day, never a title typed by somebody.
enum FileNames {
    static func make(_ kind: String, _ dossier: MeetingDossier) -> String {
        guard let start = dossier.start else { return kind }
        return "\(kind)-\(LocalTime(start, zone: dossier.msp.timeZone).date)"
    }
}
