import Kernel

/// The demonstration of this module: the year's meetings, what is under way, and story 1.
enum FacilitationDemo {
    static let scenario = DemoScenario("facilitation.year") { msp, unit in
        guard let figures = DemoFigures.of(msp.key) else { return }
        let marker = Identifier.derived(from: "demo.minutes.under-way.\(msp.key)")
        let known = try await unit.one(Query("select 1 from facilitation.meeting where msp_id = $1 and id = $2", .id(msp.id), .id(marker)))
        guard known.isEmpty else { return }
        let year = try await people(msp, figures, unit)
        let odd = msp.key == "B" ? DemoOddities(year) : nil
        for meeting in year.meetings {
            try await year.write(meeting)
            try await odd?.afterWriting(meeting)
            try await year.close(meeting)
        }
        try await counters(msp, figures, unit)
        try await underWay(year, id: marker)
        if msp.key == "A" { try await DemoStory(year: year).write() }
    }

    private static func people(_ msp: DemoMsp, _ figures: DemoFigures, _ unit: WriteUnit) async throws -> DemoYear {
        let results = try await unit.run(
            Query(
                """
                select id, profession from kernel.professional where msp_id = $1 and archived_at is null
                order by profession = 'COORDINATOR', is_associate desc, rpps
                """, .id(msp.id)),
            Query(
                """
                select m.professional_id from kernel.team_group_member m join kernel.team_group g on g.msp_id = m.msp_id and g.id = m.group_id
                join kernel.professional p on p.msp_id = m.msp_id and p.id = m.professional_id
                where m.msp_id = $1 and g.name = 'Groupe RCP' order by p.rpps
                """, .id(msp.id)),
            Query("select id from kernel.room where msp_id = $1 order by name, id limit 1", .id(msp.id)))
        let people = try results[0].map { (id: try $0[0] as Identifier, profession: try $0[1] as String) }
        let team = people.filter { $0.profession != "COORDINATOR" }.map(\.id)
        guard let coordinator = people.last?.id, !team.isEmpty else { throw Refusal.notFound }
        return DemoYear(
            msp: msp, figures: figures, unit: unit, team: team, group: try results[1].map { try $0[0] }, coordinator: coordinator,
            room: try results[2].first?[0])
    }

    /// Numbers go on after the demonstration's own; the prefix is the MSP's letter.
    private static func counters(_ msp: DemoMsp, _ figures: DemoFigures, _ unit: WriteUnit) async throws {
        try await unit.run(
            Query(
                "insert into kernel.setting (msp_id, key, value) values ($1, 'facilitation.case_prefix', to_jsonb($2::text)) on conflict do nothing",
                .id(msp.id), .text(msp.key)),
            Query(
                "insert into kernel.counter (msp_id, name, value) values ($1, $2, $3) on conflict do nothing", .id(msp.id),
                .text("facilitation.rcp_case.\(msp.today.year)"), .int(figures.situationsThisYear + (msp.key == "A" ? 3 : 0))))
    }

    /// A team meeting of ten days ago whose minutes wait, and the next one: « Aujourd’hui » is never empty.
    private static func underWay(_ year: DemoYear, id: Identifier) async throws {
        let msp = year.msp
        let day = DemoCalendar.onOrAfter(msp.today.adding(days: -10), weekday: 2)
        let held = DemoMeeting(
            id: id, type: .team, day: day, starts: DemoCalendar.instant(day, 12, 30, zone: msp.timeZone), invited: year.team,
            present: year.team.count * 2 / 3, situations: [], index: 5)
        try await year.write(held)
        let next = DemoCalendar.onOrAfter(msp.today.adding(days: 8), weekday: 2)
        let meeting = Identifier.derived(from: "demo.next.\(msp.key)")
        try await year.unit.run(
            Query(
                """
                insert into facilitation.meeting (msp_id, id, title, meeting_type, status, starts_at, planned_min, mode, room_id, organiser_id,
                    indemnifiable)
                values ($1, $2, $3, 'TEAM', 'SCHEDULED', $4, 60, 'ON_SITE', $5, $6, true)
                """, .id(msp.id), .id(meeting), .text(MeetingTitle.text(type: .team, day: next)),
                .instant(DemoCalendar.instant(next, 12, 30, zone: msp.timeZone)), .id(year.room), .id(year.coordinator)),
            Query(
                """
                insert into facilitation.meeting_invitation (msp_id, id, meeting_id, professional_id, source)
                select m.msp_id, t.id, m.id, t.person, 'GROUP'
                from facilitation.meeting m cross join unnest($3::uuid[], $4::uuid[]) t(id, person)
                where m.msp_id = $1 and m.id = $2
                """, .id(msp.id), .id(meeting),
                .ids(year.team.indices.map { Identifier.derived(from: "demo.invitation.\(meeting).\($0)") }), .ids(year.team)))
    }
}
