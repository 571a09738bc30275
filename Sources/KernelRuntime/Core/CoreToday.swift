internal import Kernel

/// Tasks on « Aujourd’hui »: one's own, and those of others that are late for whoever assigns tasks.
enum CoreToday {
    static let sources: [TodaySource] = [own, others]

    /// Days ahead that count as near (visual-language.md, screen 1).
    static let horizon = 14

    private static let own = TodaySource(
        "core.tasks", permission: CorePermissions.readTasks,
        queries: { msp, _ in
            [
                Query(
                    """
                    select t.id, t.title, t.due_on, ''
                    from kernel.task t join kernel.professional p on p.msp_id = t.msp_id and p.id = t.owner_id
                    where t.msp_id = $1 and p.account_id = kernel.current_account() and t.status in ('TODO', 'DOING')
                        and t.due_on is not null and t.archived_at is null
                    order by t.due_on, t.id limit 50
                    """, .id(msp))
            ]
        },
        items: { results, msp, now in try lines(results[0], msp: msp, now: now, onlyLate: false) })

    private static let others = TodaySource(
        "core.tasks_of_others", permission: CorePermissions.writeTasks,
        queries: { msp, now in
            [
                Query(
                    """
                    select t.id, t.title, t.due_on, p.shown_name
                    from kernel.task t join kernel.professional p on p.msp_id = t.msp_id and p.id = t.owner_id
                    where t.msp_id = $1 and p.account_id is distinct from kernel.current_account() and t.status in ('TODO', 'DOING')
                        and t.due_on < $2::timestamptz::date + 1 and t.archived_at is null
                    order by t.due_on, t.id limit 30
                    """, .id(msp), .instant(now))
            ]
        },
        items: { results, msp, now in try lines(results[0], msp: msp, now: now, onlyLate: true) })

    private static func lines(_ rows: ResultSet, msp: MspHandle, now: Instant, onlyLate: Bool) throws -> [TodayItem] {
        let today = LocalTime(now, zone: msp.timeZone).date
        return try rows.compactMap { row in
            let due: CivilDate = try row[2]
            let isLate = due < today
            guard isLate || (!onlyLate && due <= today.adding(days: horizon)) else { return nil }
            let owner: String = try row[3]
            return TodayItem(
                column: isLate ? .late : .next, title: try row[1], detail: owner.isEmpty ? "Tâche" : "Tâche de \(owner)", day: due,
                href: msp.path("structure/taches/\(try row.decode(0, as: Identifier.self))"))
        }
    }
}

/// What the search of a structure finds among the kernel's own records.
enum CoreSearches {
    static let sources: [SearchSource] = [
        SearchSource(permission: CorePermissions.readProfessionals, label: "Équipe") { msp, words in
            Query(
                """
                select p.shown_name, coalesce(p.specialty, ''), 'structure/professionnels/' || p.id
                from kernel.professional p
                where p.msp_id = $1 and p.archived_at is null and (p.profession = any($3::text[]) or not exists (
                    select from unnest(string_to_array(kernel.fold($2), ' ')) w
                    where position(w in kernel.fold(p.shown_name || ' ' || coalesce(p.specialty, ''))) = 0))
                order by p.last_name collate kernel.french, p.id limit 8
                """, .id(msp), .text(words), .texts(CodeList.profession.codes(matching: words)))
        },
        SearchSource(permission: CorePermissions.readTasks, label: "Tâches") { msp, words in
            Query(
                """
                select t.title, concat_ws(' · ', p.shown_name, 'pour le ' || to_char(t.due_on, 'DD/MM/YYYY')),
                    'structure/taches/' || t.id
                from kernel.task t left join kernel.professional p on p.msp_id = t.msp_id and p.id = t.owner_id
                where t.msp_id = $1 and t.archived_at is null and not exists (
                    select from unnest(string_to_array(kernel.fold($2), ' ')) w where position(w in kernel.fold(t.title)) = 0)
                order by t.due_on desc nulls last, t.id limit 8
                """, .id(msp), .text(words))
        },
    ]
}
