import HTML
import Kernel
import KernelUI
import Postgres

/// « Planifier »: type, dates, group; the rest comes from the template (missions.md 4.5: thirty seconds, notice included).
enum PlanPage {
    /// What the form offers.
    struct Choices: Sendable {
        let groups: [GroupChoices.Group]
        let rooms: [(id: Identifier, name: String)]
        let team: [TeamChoices.Person]
        /// How many are of the team today.
        let present: Int
    }

    static func show(_ request: MspRequest) async throws -> PageResponse {
        try await page(request, form: FormValues(), faults: [], status: 200)
    }

    static func create(_ request: MspRequest) async throws -> PageResponse {
        let form = request.web.form
        do {
            let ids = try await request.write { unit in
                let department: String? = try await unit.one(Query("select kernel.current_department()")).first?[0]
                let territory = department.flatMap(FrenchTerritory.of) ?? .metropole
                return try await Planning.create(try plan(form, unit.access, territory: territory), unit)
            }
            let sent = form["convene"] != nil
            guard ids.count > 1, let first = ids.first else {
                let href = ids.first.map { request.path(Places.meeting($0)) } ?? request.path("equipe/reunions")
                return .redirect(href, Message(.done, sent ? "Réunion programmée, convocations en cours d’envoi." : "Réunion programmée."))
            }
            let count = Say.count(ids.count, "réunion programmée", "réunions programmées")
            return .redirect(
                request.path(Places.meeting(first)),
                Message(.done, "\(count)\(sent ? ", convocations en cours d’envoi" : ""). Voici la première."))
        } catch let refusal as Refusal where refusal.status == 422 || refusal.status == 409 {
            let faults = refusal.faults.isEmpty ? [FieldFault("", refusal.message)] : refusal.faults
            return try await page(request, form: form, faults: faults, status: refusal.status)
        }
    }

    private static func rooms(_ msp: Identifier) -> Read<[(Identifier, String)]> {
        .each(
            Query(
                "select id, name from kernel.room where msp_id = $1 and archived_at is null order by name collate kernel.french, id",
                .id(msp))
        ) { try $0.cells() }
    }

    private static func page(_ request: MspRequest, form: FormValues, faults: [FieldFault], status: Int) async throws -> PageResponse {
        let (access, groups, team, rooms) = try await request.read(
            GroupChoices.read(request.msp.id), TeamChoices.read(request.msp.id),
            rooms(request.msp.id))
        let today = access.local(request.web.now).date
        let choices = Choices(groups: groups, rooms: rooms, team: team.from(today), present: team.on(today).count)
        let (action, cancel) = (request.path("equipe/planifier"), request.path("equipe/reunions"))
        return .page(
            Page(
                access: access, title: "Planifier des réunions", crumbs: [Crumb("Réunions", href: cancel)], status: status,
                body: { html in
                    if access.can(Permissions.manageMeetings) {
                        html.p(.class("small")) {
                            html.a(.href(request.path("equipe/\(PastMeetingPage.path)")), text: "Saisir une réunion déjà tenue")
                        }
                    }
                    guard choices.present > 0 else {
                        return html.emptyTeam(access)
                    }
                    PlanForm(
                        choices: choices, access: access, action: action, cancel: cancel, today: today, form: form, faults: faults,
                        html: html
                    ).draw()
                }))
    }

    /// The days as the bank holidays leave them; a day that is one is asked about before anything is planned.
    private static func onWorkingDays(
        _ days: [CivilDate], _ territory: FrenchTerritory, _ form: FormValues, _ reader: inout FormReader
    ) -> [CivilDate] {
        let holidays = HolidayChoice.holidays(among: days, in: territory)
        guard !holidays.isEmpty else { return days }
        guard let choice = HolidayChoice(rawValue: form["holidays"] ?? "") else {
            let named = holidays.map { "\(French.longDate($0.date)) (\($0.name))" }.joined(separator: ", ")
            let verb = holidays.count > 1 ? "Jours fériés" : "Jour férié"
            reader.fault("holidays", "\(verb)\u{A0}: \(named). Choisissez ce que devient la réunion.")
            return days
        }
        let left = choice.applied(to: days, in: territory)
        if left.isEmpty { reader.fault("holidays", "Il ne reste aucun jour\u{A0}: choisissez une autre date.") }
        return left
    }

    /// Reads the form; all faults are told at once.
    static func plan(_ form: FormValues, _ access: Access, territory: FrenchTerritory = .metropole) throws -> Planning.Plan {
        var reader = FormReader(form)
        let type = MeetingType(rawValue: form["type"] ?? "")
        if type == nil { reader.fault("type", "Choisissez un type de réunion.") }
        let recurrence = Recurrence(rawValue: form["recurrence"] ?? "once")
        if recurrence == nil { reader.fault("recurrence", "Choisissez une fréquence de la liste.") }
        let first = reader.day("date", required: "Indiquez le premier jour.")
        let count = reader.integer("count", in: 1...Recurrence.limit)
        var starts: [Instant] = []
        let days = first.map { (recurrence ?? .once).days(from: $0, count: count ?? 1) } ?? []
        for day in onWorkingDays(days, territory, form, &reader) where !reader.hasFault("time") {
            if let start = reader.time("time", on: day, zone: access.msp.timeZone, required: "Indiquez l’heure de début.") {
                starts.append(start)
            }
        }
        let minutes = reader.minutes("minutes", in: 5...1440)
        let (place, title) = (reader.line("place", max: 200), reader.line("title", max: 160))
        let video = reader.line("video_url", max: 500)
        if let video, !video.hasPrefix("https://") { reader.fault("video_url", "Le lien visio commence par https://") }
        let (room, group) = (reader.id("room"), reader.id("group"))
        let organiser = reader.id("organiser") ?? access.professional
        if organiser == nil { reader.fault("organiser", "Indiquez qui organise la réunion.") }
        try reader.check()
        guard let type, let organiser else { throw reader.refusal }
        let template = MeetingTemplate.of(type)
        var people: [RecordValues] = group.map { [RecordValues(["group": .id($0)])] } ?? []
        if form["everyone"] != nil { people.append(RecordValues(["everyone": .boolean(true)])) }
        return Planning.Plan(
            type: type, title: title, starts: starts, minutes: minutes ?? template.minutes,
            mode: video == nil ? "ON_SITE" : room == nil && place == nil ? "VIDEO" : "HYBRID", room: room, place: place, videoURL: video,
            organiser: organiser, people: people,
            agenda: template.agenda.map { Agenda.Item(title: $0.title, kind: $0.kind, plannedMin: $0.minutes) },
            convenes: form["convene"] != nil)
    }
}
