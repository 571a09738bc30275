import Kernel

/// The people, places and groups of one demonstration MSP, as statements under that MSP.
enum DemoTeam {
    /// One line of the team.
    struct Member: Sendable {
        let id: Identifier
        let firstName: String
        let lastName: String
        let email: String
        let profession: String
        let isAssociate: Bool
        let rpps: String?
    }

    static func professionalID(_ key: String, _ index: Int) -> Identifier { Identifier.derived(from: "demo.professional.\(key).\(index)") }
    static func coordinatorID(_ key: String, _ person: DemoPerson) -> Identifier {
        Identifier.derived(from: "demo.professional.\(key).\(person.email)")
    }

    /// The team in list order, associates first as far as they go.
    static func members(_ msp: DemoMspProfile) -> [Member] {
        var members: [Member] = []
        for (profession, count) in msp.team {
            for _ in 0..<count {
                let index = members.count
                let (first, last) = DemoNames.person(msp: msp.key, index: index)
                members.append(
                    Member(
                        id: professionalID(msp.key, index), firstName: first, lastName: last,
                        email: DemoNames.email(first, last, domain: "\(msp.slug).demo.test"), profession: profession,
                        isAssociate: index < msp.associates, rpps: DemoNames.rpps(msp: msp.key, index: index)))
            }
        }
        return members
    }

    static func statements(_ msp: DemoMspProfile, today: CivilDate) -> [Query] {
        var statements = [profile(msp), figures(msp, year: today.year - 1)] + places(msp)
        let members = members(msp)
        statements += members.map { professional($0, msp: msp, status: "LIBERAL", indemnifiable: true, today: today) }
        for person in DemoPerson.coordinators where person.places.contains(where: { $0.key == msp.key }) {
            let line = Member(
                id: coordinatorID(msp.key, person), firstName: person.firstName, lastName: person.lastName, email: person.email,
                profession: "COORDINATOR", isAssociate: false, rpps: nil)
            statements.append(professional(line, msp: msp, status: "SALARIED", indemnifiable: false, today: today))
        }
        return statements + [TeamStays.opening(msp.id)] + groups(msp, members)
    }

    private static func profile(_ msp: DemoMspProfile) -> Query {
        Query(
            """
            insert into kernel.msp_profile as p (msp_id, status, structure_kind, zone, qpv, gp_patients, active_file, precarity_css_pct,
                finess_geo)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (msp_id) do update set status = excluded.status, structure_kind = excluded.structure_kind, zone = excluded.zone,
                qpv = excluded.qpv, gp_patients = excluded.gp_patients, active_file = excluded.active_file,
                precarity_css_pct = excluded.precarity_css_pct, finess_geo = coalesce(p.finess_geo, excluded.finess_geo)
            """, .id(msp.id), .text(msp.status), .text(msp.kind), .text(msp.zone), .bool(msp.isPriorityDistrict), .int(msp.gpPatients),
            .int(msp.activeFile), .int(msp.c2sPercent), .text(finess(msp.key)))
    }

    /// A number of the demonstration with a right key; no structure of the national register has it.
    private static func finess(_ key: String) -> String? {
        let base = "91099\(key.unicodeScalars.first.map { String($0.value % 1_000 + 1_000).suffix(3) } ?? "000")"
        return (0...9).lazy.map { "\(base)\($0)" }.first { number in
            guard let checked = try? NationalNumber.finess(number) else { return false }
            return checked.remark == nil
        }
    }

    /// Those of the end of last year: they hold for it and for the year that runs.
    private static func figures(_ msp: DemoMspProfile, year: Int) -> Query {
        Query(
            """
            insert into kernel.msp_figures (msp_id, year, gp_patients, precarity_css_pct, source, as_of)
            values ($1, $2, $3, $4, 'Relevé de la CPAM', $5) on conflict do nothing
            """, .id(msp.id), .int(year), .int(msp.gpPatients), .int(msp.c2sPercent), .date(CivilDate(year: year, month: 12, day: 31)))
    }

    private static func places(_ msp: DemoMspProfile) -> [Query] {
        msp.sites.enumerated().flatMap { index, name in
            let site = Identifier.derived(from: "demo.site.\(msp.key).\(index)")
            return [
                Query(
                    """
                    insert into kernel.site (msp_id, id, name, town, is_head_office) values ($1, $2, $3, $3, $4) on conflict do nothing
                    """, .id(msp.id), .id(site), .text(name), .bool(index == 0)),
                Query(
                    """
                    insert into kernel.room (msp_id, id, site_id, name, capacity) values ($1, $2, $3, $4, $5) on conflict do nothing
                    """, .id(msp.id), .id(Identifier.derived(from: "demo.room.\(msp.key).\(index)")), .id(site),
                    .text(index == 0 ? "Salle de réunion" : "Salle de réunion – \(name)"), .int(14)),
            ]
        }
    }

    private static func professional(
        _ member: Member, msp: DemoMspProfile, status: String, indemnifiable: Bool, today: CivilDate
    ) -> Query {
        Query(
            """
            insert into kernel.professional (msp_id, id, first_name, last_name, email, profession, status, rpps, is_associate,
                signed_project_on, joined_on, is_care_team, indemnifiable, civility)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13) on conflict do nothing
            """, .id(msp.id), .id(member.id), .text(member.firstName), .text(member.lastName), .text(member.email),
            .text(member.profession),
            .text(status), .text(member.rpps), .bool(member.isAssociate), .date(CivilDate(year: today.year - 3, month: 1, day: 1)),
            .bool(member.profession != "COORDINATOR"), .bool(indemnifiable), .text(DemoNames.civility(member.firstName)))
    }

    /// The group that story 1 invites: nine people of MSP A, joined there by two guests; about that share elsewhere.
    private static func groups(_ msp: DemoMspProfile, _ members: [Member]) -> [Query] {
        let group = Identifier.derived(from: "demo.group.\(msp.key).rcp")
        let chosen =
            msp.key == "A" ? [0, 1, 3, 4, 5, 7, 9, 11, 12].map { members[$0] } : Array(members.prefix(max(4, members.count * 3 / 4)))
        return [
            Query(
                "insert into kernel.team_group (msp_id, id, name) values ($1, $2, 'Groupe RCP') on conflict do nothing", .id(msp.id),
                .id(group))
        ]
            + chosen.map { member in
                Query(
                    """
                    insert into kernel.team_group_member (msp_id, id, group_id, professional_id) values ($1, $2, $3, $4)
                    on conflict do nothing
                    """, .id(msp.id), .id(.derived(from: "demo.group_member.\(group).\(member.id)")), .id(group), .id(member.id))
            }
    }
}
