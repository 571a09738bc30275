import Kernel

/// The facts of a meeting as they would be proven, read inside the act that proves them.
enum MeetingProof {
    /// Field of the acts that prove: the answer to a doubt.
    static let reasonField = RecordField(
        "reason", .longText(max: 500), label: "Motif",
        help: "Seulement si la durée, le jour ou les situations peuvent étonner\u{A0}; conservé avec la feuille.")

    /// What an act proves, or makes final: what can still be corrected then is asked then.
    enum Stage {
        /// The hours, and whether a concertation examined anything.
        case sheet
        /// The situations.
        case minutes
        /// Everything.
        case closing
    }

    /// Asks back what is not plausible and not confirmed; keeps what is confirmed now, with its reason.
    static func check(_ meeting: LockedMeeting, at stage: Stage, reason: String?, _ unit: WriteUnit) async throws {
        guard let start = meeting.actualStart, let end = meeting.actualEnd else { return }
        let rows = try await unit.run(
            Query(
                """
                select c.case_code, exists (
                    select from facilitation.agenda_item i
                    join facilitation.minutes_note n on n.msp_id = i.msp_id and n.agenda_item_id = i.id and n.archived_at is null
                    where i.msp_id = $1 and i.meeting_id = $2 and i.case_id = k.case_id and i.archived_at is null)
                from facilitation.meeting_case k join facilitation.rcp_case c on c.msp_id = k.msp_id and c.id = k.case_id
                where k.msp_id = $1 and k.meeting_id = $2 and k.discussed and k.archived_at is null order by c.case_code
                """, .id(unit.msp), .id(meeting.id)),
            Query(
                """
                select (select count(*) from facilitation.attendance where msp_id = $1 and meeting_id = $2 and state = 'PRESENT'),
                    confirmed_doubts from facilitation.meeting where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(meeting.id)),
            Query(
                """
                select coalesce(minutes, 0) from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and state = 'PRESENT' and not minutes_edited and archived_at is null
                """, .id(unit.msp), .id(meeting.id)))
        guard let row = rows[1].first else { throw Refusal.notFound }
        let day = unit.access.local(start).date
        let length = Int(end.timeIntervalSince(start) / 60)
        let counted: [Int] = try rows[2].map { try $0[0] }
        let facts = MeetingDoubt.Facts(
            type: meeting.type, plannedMinutes: meeting.plannedMin, plannedDay: meeting.startsAt.map { unit.access.local($0).date },
            day: day, minutes: length, short: counted.count { AttendanceTime.isShort($0, of: length) },
            cases: try rows[0].map { (try $0[0], try $0[1]) })
        // Of a meeting entered afterwards only the number of situations is known; what is said of each is written after the sheet.
        let cases = facts.cases.isEmpty || (stage != .sheet && !meeting.isEnteredAfterwards)
        let doubts = (stage == .minutes ? [] : MeetingDoubt.aboutTime(facts)) + (cases ? MeetingDoubt.aboutCases(facts) : [])
        let present: Int = try row[0]
        let examined = facts.type == .rcp ? ", \(French.plural(facts.cases.count, "situation examinée", "situations examinées"))" : ""
        let proven =
            "le \(French.longDate(day)), \(French.timeRange(unit.access.local(start), unit.access.local(end))), "
            + "\(French.plural(present, "personne présente", "personnes présentes"))\(examined)"
        let confirmed: [String] = try row[1]
        try MeetingDoubt.ask(doubts, confirmed: Set(confirmed), reason: reason, proven: proven)
        guard !doubts.isEmpty, let reason, !reason.isEmpty else { return }
        try await unit.change(
            MeetingRecord.id, of: meeting.id,
            RecordChange(kept: [
                "confirmed_doubts": .texts(Array(Set(confirmed + doubts.map(\.code))).sorted()), "confirm_reason": .text(reason),
            ]))
    }
}
