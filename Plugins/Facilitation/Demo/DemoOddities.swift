import Kernel

/// What makes the half-year of B worth a look before it is paid (story 2 of missions.md 17.5): somebody was at two meetings at
/// once, and one line of a sheet was never signed.
struct DemoOddities {
    private let year: DemoYear
    private let crowded: DemoMeeting
    private let unsigned: DemoMeeting

    /// Nil when the running year has not had two team meetings in its first half.
    init?(_ year: DemoYear) {
        let team = year.meetings.filter { $0.type == .team && $0.day.year == year.msp.today.year && $0.day.month <= 6 }
        guard team.count >= 2 else { return nil }
        self.year = year
        crowded = team[0]
        unsigned = team[1]
    }

    func afterWriting(_ meeting: DemoMeeting) async throws {
        if meeting.id == unsigned.id, let person = meeting.invited.indices.first(where: { year.isPresent($0, meeting) }) {
            try await year.unit.one(
                Query(
                    """
                    update facilitation.attendance set signature_kind = null, signed_at = null, signature_hash = null
                    where msp_id = $1 and meeting_id = $2 and professional_id = $3
                    """, .id(year.msp.id), .id(meeting.id), .id(meeting.invited[person])))
        }
        if meeting.id == crowded.id { try await overlap(meeting) }
    }

    /// A protocol group that begins before the team meeting ends: one of its three members is at both.
    private func overlap(_ meeting: DemoMeeting) async throws {
        let places = meeting.invited.indices
        let present = places.filter { year.isPresent($0, meeting) }
        guard !present.isEmpty else { return }
        let both = present[present.count / 2]
        let others = places.filter { !year.isPresent($0, meeting) }.prefix(2)
        let group = DemoMeeting(
            id: .derived(from: "demo.meeting.\(year.msp.key).overlap"), type: .protocolGroup, day: meeting.day,
            starts: meeting.starts.adding(minutes: 30), invited: ([both] + others).map { meeting.invited[$0] }, present: 1 + others.count,
            situations: [], index: 0)
        try await year.write(group)
        try await year.close(group)
    }
}
