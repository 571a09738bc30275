import Kernel

/// Everything that the documents of one meeting are made from.
struct MeetingDossier: Sendable {
    let screen: MeetingScreen
    let msp: MspHandle
    let chair: String?
    let secretary: String?
    let timekeeper: String?
    /// Who represents whom, by id of the absent person.
    let proxies: [Identifier: String]
    /// Number of the structure in the national register; nil when the MSP did not write it down.
    let finess: String?

    var head: MeetingScreen.Head { screen.head }
    var type: MeetingType { MeetingType.of(head.type) }
    /// Real start, else the announced one.
    var start: Instant? { head.actualStart ?? head.startsAt }
    /// Real end, else the announced one.
    var end: Instant? { head.actualEnd ?? head.startsAt.map { $0.adding(minutes: head.plannedMinutes) } }

    /// « Introuvable » without such a meeting.
    static func read(_ msp: Identifier, _ meeting: Identifier) -> Read<@Sendable (MspHandle) -> MeetingDossier> {
        Read.group(MeetingScreen.read(msp, meeting), officers(msp, meeting), proxies(msp, meeting), finess(msp)).map {
            screen, officers, proxies, finess in
            { msp in
                MeetingDossier(
                    screen: screen, msp: msp, chair: officers.0, secretary: officers.1, timekeeper: officers.2,
                    proxies: Dictionary(proxies, uniquingKeysWith: { _, last in last }), finess: finess ?? nil)
            }
        }
    }

    private static func officers(_ msp: Identifier, _ meeting: Identifier) -> Read<(String?, String?, String?)> {
        .one(
            Query(
                """
                select c.shown_name, s.shown_name, t.shown_name
                from facilitation.meeting m
                left join kernel.professional c on c.msp_id = m.msp_id and c.id = m.chair_id
                left join kernel.professional s on s.msp_id = m.msp_id and s.id = m.secretary_id
                left join kernel.professional t on t.msp_id = m.msp_id and t.id = m.timekeeper_id
                where m.msp_id = $1 and m.id = $2
                """, .id(msp), .id(meeting))
        ) { try $0.cells() }
    }

    private static func proxies(_ msp: Identifier, _ meeting: Identifier) -> Read<[(Identifier, String)]> {
        .each(
            Query(
                """
                select coalesce(a.professional_id, a.guest_id), p.shown_name
                from facilitation.attendance a
                join kernel.professional p on p.msp_id = a.msp_id and p.id = a.proxy_to_id
                where a.msp_id = $1 and a.meeting_id = $2 and a.archived_at is null
                """, .id(msp), .id(meeting))
        ) { try $0.cells() }
    }

    private static func finess(_ msp: Identifier) -> Read<String??> {
        .first(Query("select coalesce(finess_geo, finess_legal) from kernel.msp_profile where msp_id = $1", .id(msp))) { try $0.cell() }
    }

    /// An instant on the MSP's own clocks.
    func local(_ instant: Instant) -> LocalTime { LocalTime(instant, zone: msp.timeZone) }

    /// « jeudi 27 novembre 2026, 13 h 30 – 14 h 30 »; a sentence when no date is fixed.
    var when: String {
        guard let start, let end else { return "Date à fixer" }
        return "\(French.longDate(local(start).date)), \(French.timeRange(local(start), local(end)))"
    }

    /// Who waived the delay of an assembly, in words.
    var waiver: String? {
        head.waivers.isEmpty ? nil : "Chacun des associés y a renoncé\u{A0}: \(head.waivers.joined(separator: ", "))."
    }

    /// What was announced, where the meeting was held otherwise; nil when it was held as announced.
    var announced: String? {
        guard let from = head.startsAt, let start = head.actualStart, let end = head.actualEnd else { return nil }
        let until = from.adding(minutes: head.plannedMinutes)
        guard from != start || until != end else { return nil }
        return "\(French.longDate(local(from).date)), \(French.timeRange(local(from), local(until)))"
    }

    /// Room, place, mode in words. The video address is left to those who are invited.
    var place: String {
        [head.place, Codes.mode.label(head.mode)].filter { !$0.isEmpty }.joined(separator: " – ")
    }
}
