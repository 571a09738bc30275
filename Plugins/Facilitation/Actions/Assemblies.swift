import Kernel

/// The delay of an assembly: asked before any notice leaves, waived only by every associate by name.
enum Assemblies {
    /// Refuses to convene, or to move what was convened, later than the statutes allow.
    static func requireNotice(_ meeting: LockedMeeting, on startsAt: Instant, _ unit: WriteUnit) async throws {
        guard meeting.type.isAssembly else { return }
        let today = unit.access.local(unit.now).date
        let results = try await unit.run(
            Query(
                """
                select notice_days from facilitation.assembly_rule
                where msp_id = $1 and valid_from <= $2 and archived_at is null order by valid_from desc, id desc limit 1
                """, .id(unit.msp), .date(today)),
            Query(
                """
                select p.shown_name, exists (
                    select from facilitation.notice_waiver w where w.msp_id = $1 and w.meeting_id = $2 and w.professional_id = p.id)
                from kernel.professional p
                where p.msp_id = $1 and p.archived_at is null and exists (
                    select from kernel.team_stay s where s.msp_id = $1 and s.professional_id = p.id and s.is_associate
                        and s.from_on <= $3 and coalesce(s.to_on, $3) >= $3)
                order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id
                """, .id(unit.msp), .id(meeting.id), .date(today)))
        let days: Int = try results[0].first?[0] ?? AssemblyNotice.usualDays
        let missing: [String] = try results[1].filter { !(try $0[1] as Bool) }.map { try $0[0] }
        let refusal = AssemblyNotice.refusal(
            type: meeting.type, sent: today, meeting: unit.access.local(startsAt).date, days: days, associates: results[1].count,
            missing: missing)
        if let refusal { throw refusal }
    }

    /// Notes that an associate waives the delay for this assembly. Noting it twice changes nothing.
    static func waive(_ meeting: LockedMeeting, by associate: Identifier, _ unit: WriteUnit) async throws {
        guard meeting.type.isAssembly else {
            throw Refusal.conflict("not_an_assembly", "Seule une assemblée générale a un délai de convocation.")
        }
        let known = try await unit.one(
            Query(
                """
                select 1 from kernel.professional p
                join kernel.team_stay s on s.msp_id = p.msp_id and s.professional_id = p.id and s.is_associate
                    and s.from_on <= $3 and coalesce(s.to_on, $3) >= $3
                where p.msp_id = $1 and s.msp_id = $1 and p.id = $2 and p.archived_at is null
                """, .id(unit.msp), .id(associate), .date(unit.access.local(unit.now).date)))
        guard !known.isEmpty else { throw Refusal.invalid("professional", "Cette personne n’est pas associée de la structure.") }
        try await unit.one(
            Query(
                """
                insert into facilitation.notice_waiver (msp_id, meeting_id, professional_id, given_at, recorded_by)
                values ($1, $2, $5, $3, $4) on conflict (msp_id, meeting_id, professional_id) do nothing
                """, parameters: unit.stamp(meeting.id) + [.id(associate)]))
    }
}
