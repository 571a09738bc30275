internal import HTML
internal import Kernel

/// « Aujourd’hui », the home page: what is late, what comes, what is missing, over all MSPs of the person.
enum TodayRoutes {
    static var routes: [PortalRoute] { [PortalRoute(.get, "aujourdhui", .person, handle: page)] + OwnInvitation.routes }

    /// Lines of one column; the rest is counted, because a long list is read by nobody.
    static let linesPerColumn = 12

    /// A line with the structure it comes from.
    struct Line {
        let item: TodayItem
        let msp: MspHandle
    }

    private static func page(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let (invitations, factorDue) = try await waiting(credential, in: request.database)
        // One federation and nothing else: that is the person's home, unless something waits here.
        let left = factorDue.map { max(0, Int(($0.microseconds - request.web.now.microseconds + 86_399_999_999) / 86_400_000_000)) }
        if invitations.isEmpty, person.msps.isEmpty, person.organisations.count == 1, let only = person.organisations.first,
            person.above(only.slug) != nil
        {
            return .redirect(only.href, left.map { Message(.note, TodayDrawing.factorWanted(days: $0)) })
        }
        let (lines, open) = try await lines(request, person: person, credential: credential)
        let shown = person.msps.count > 1
        let now = request.web.now
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Aujourd’hui", place: .today,
                head: { h in h.span(.class("fact"), text: French.longDate(PortalDates.today(now, zone: zone(person)))) }
            ) { h in
                OwnInvitation.draw(invitations, csrf: csrf, on: h)
                if let left { TodayDrawing.secondFactorReminder(days: left, on: h) }
                if person.organisations.isEmpty {
                    if invitations.isEmpty { TodayDrawing.nobody(on: h) }
                } else {
                    for steps in open { FirstSteps.draw(steps, on: h) }
                    // « Rien ne manque » would lie to a house that has nothing yet.
                    if lines.isEmpty, !open.isEmpty { return }
                    TodayDrawing.columns(lines, showsMsp: shown, today: PortalDates.today(now, zone: zone(person)), on: h)
                    TodayDrawing.above(person, on: h)
                }
            })
    }

    /// What waits for the person beside the work; nothing of it is a program's.
    private static func waiting(_ credential: Credential, in pool: PortalDatabase) async throws -> ([OwnInvitation], Instant?) {
        guard credential.kind == .session else { return ([], nil) }
        let own = try await pool.pipeline(OwnInvitation.query(credential), OwnStanding.query(credential))
        return (try own[0].map(OwnInvitation.init(row:)), try OwnStanding(own[1]).factorDue)
    }

    private static func zone(_ person: Person) -> String { person.msps.first?.timeZone ?? PortalDates.homeZone }

    /// Every source that the person may see in each MSP, and the first steps that are left there, in one round trip.
    static func lines(_ request: PortalRequest, person: Person, credential: Credential) async throws -> (
        lines: [Line], open: [FirstSteps.Open]
    ) {
        var parts: [(msp: MspHandle, permission: String, queries: [Query])] = []
        var sources: [TodaySource] = []
        for organisation in person.msps {
            for (module, source) in request.services.today
            where organisation.modules.contains(module.id) && source.isFor(organisation.permissions) {
                parts.append((organisation.handle, source.permission, source.queries(organisation.id, request.web.now)))
                sources.append(source)
            }
        }
        let begun = person.msps.map { ($0, FirstSteps.mine(request.services.firstSteps, in: $0)) }
        let steps = begun.compactMap { organisation, steps in FirstSteps.part(steps, in: organisation).map { (part: $0, steps: steps) } }
        parts += steps.map(\.part)
        let answers = try await request.gates.readAcross(parts, credential: credential)
        var lines: [Line] = []
        for ((part, source), results) in zip(zip(parts, sources), answers) {
            guard let results else { continue }
            let today = LocalTime(request.web.now, zone: part.msp.timeZone).date
            lines += try source.items(results, part.msp, request.web.now).map { Line(item: $0.placed(today: today), msp: part.msp) }
        }
        let open = try zip(steps, answers.dropFirst(sources.count)).compactMap { step, results in
            try results.flatMap { try FirstSteps.open(step.steps, $0, msp: step.part.msp) }
        }
        return (lines, open)
    }
}
