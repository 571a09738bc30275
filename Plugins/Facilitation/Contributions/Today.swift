import Kernel

/// Lines of « Aujourd’hui »: what is late, what comes, what is missing to close.
enum Today {
    static let sources: [TodaySource] = [meetings, undelivered, sealing]

    /// Meetings of the next fourteen days, and those whose day has passed without anybody saying that they took place.
    private static let meetings = TodaySource(
        "facilitation.meetings", permission: Permissions.readMeetings,
        queries: { msp, now in
            [
                Query(
                    """
                    select m.id, m.title, m.starts_at, m.status, m.actual_start is not null as running,
                        (select count(*) from facilitation.meeting_invitation v
                         where v.msp_id = m.msp_id and v.meeting_id = m.id and v.archived_at is null) as invited,
                        (select count(*) from facilitation.meeting_invitation v
                         where v.msp_id = m.msp_id and v.meeting_id = m.id and v.archived_at is null and v.answer = 'YES') as coming
                    from facilitation.meeting m
                    where m.msp_id = $1 and m.status in ('SCHEDULED', 'CONVENED') and m.archived_at is null
                        and m.starts_at < $2::timestamptz + interval '14 days'
                    order by m.starts_at < $2::timestamptz - interval '12 hours', m.starts_at, m.id limit 30
                    """, .id(msp), .instant(now))
            ]
        },
        items: { results, msp, now in
            let today = LocalTime(now, zone: msp.timeZone).date
            return try results[0].map { row in
                let starts = LocalTime(try row["starts_at"], zone: msp.timeZone)
                let invited: Int = try row["invited"]
                let coming: Int = try row["coming"]
                let status: String = try row["status"]
                let isRunning: Bool = try row["running"]
                let state =
                    isRunning
                    ? "en cours"
                    : starts.date < today
                        ? "à tenir, à corriger ou à annuler"
                        : status == "SCHEDULED"
                            ? "convocation à envoyer" : "\(coming) oui sur \(French.plural(invited, "invité", "invités"))"
                return TodayItem(
                    column: .next, title: try row["title"], detail: "\(French.time(starts)), \(state)", day: starts.date,
                    href: Places.meeting(try row["id"], in: msp))
            }
        })

    /// Mails that did not arrive, of meetings to come or just past.
    private static let undelivered = TodaySource(
        "facilitation.undelivered", permission: Permissions.convene,
        queries: { msp, now in
            [
                Query(
                    """
                    select m.id, m.title, m.starts_at, count(*) as people,
                        min(coalesce(p.shown_name, g.name)) as somebody
                    from facilitation.meeting_invitation v
                    join facilitation.meeting m on m.msp_id = v.msp_id and m.id = v.meeting_id
                    left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
                    left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
                    where v.msp_id = $1 and m.msp_id = $1 and v.mail_state in ('REFUSED', 'UNREACHABLE') and v.archived_at is null
                        and m.archived_at is null and m.starts_at > $2::timestamptz - interval '30 days'
                    group by m.id, m.title, m.starts_at order by m.starts_at, m.id limit 20
                    """, .id(msp), .instant(now))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                let people: Int = try row["people"]
                let somebody: String = try row["somebody"]
                return TodayItem(
                    column: .missing, title: try row["title"],
                    detail: people > 1
                        ? "\(French.number(people)) messages non distribués\u{00A0}: corriger et renvoyer"
                        : "message refusé pour \(somebody)\u{00A0}: corriger et renvoyer",
                    day: LocalTime(try row["starts_at"], zone: msp.timeZone).date,
                    href: Places.meeting(try row["id"], in: msp) + "#personnes")
            }
        })

    /// Held meetings whose minutes or sheet wait; late once the target of missions.md 12.2 has passed.
    private static let sealing = TodaySource(
        "facilitation.sealing", permission: Permissions.writeMeetings,
        queries: { msp, _ in
            [
                Query(
                    """
                    select m.id, m.title, m.meeting_type, m.actual_start, m.sheet_state, n.status as minutes
                    from facilitation.meeting m
                    left join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id
                    where m.msp_id = $1 and m.status = 'HELD' and m.archived_at is null
                    order by m.starts_at, m.id limit 20
                    """, .id(msp))
            ]
        },
        items: { results, msp, now in
            let today = LocalTime(now, zone: msp.timeZone).date
            return try results[0].map { row in
                let held = LocalTime(try row["actual_start"], zone: msp.timeZone).date
                let due = NoticeDelay.minutesDue(type: MeetingType.of(try row["meeting_type"]), held: held)
                let minutes: String? = try row["minutes"]
                var missing: [String] = []
                if (try row["sheet_state"] as String) != "LOCKED" { missing.append("feuille à verrouiller") }
                if MinutesWorkflow.isEditable(minutes) { missing.append("compte-rendu à diffuser") }
                if missing.isEmpty { missing.append("à clore") }
                return TodayItem(
                    column: due < today ? .late : .missing, title: try row["title"], detail: missing.joined(separator: ", "), day: due,
                    href: Places.meeting(try row["id"], in: msp))
            }
        })
}
