import Kernel
import Postgres

/// The documents of a meeting on paper. Once sealed, the very bytes that were sealed are given, never a new print.
enum PaperPages {
    /// Notice and minutes of a concertation name its situations by number: they are for whoever may see them.
    static func notice(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(all: MeetingDossier.queries(request.msp.id, id) + [FrozenNotice.latest(request.msp.id, id)])
        let dossier = try MeetingDossier(results: reading.results.dropLast(), msp: reading.access.msp)
        guard dossier.screen.showsPapers(to: reading.access) else { throw Refusal.forbidden }
        if let sent = reading.results.last?.first {
            return .pdf(
                PrintDocument(frozen: try await request.file(try sent[0]).bytes(), title: "Convocation", mspName: dossier.msp.name),
                name: FileNames.make("convocation", dossier))
        }
        guard dossier.head.startsAt != nil else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        return .pdf(NoticeDocument.make(dossier), name: FileNames.make("convocation", dossier))
    }

    static func sheet(_ request: MspRequest) async throws -> PageResponse {
        let dossier = try await dossier(request)
        if dossier.head.sheetState == "LOCKED", let file = dossier.head.sheetFile { return try await stored(file, request) }
        guard dossier.head.startsAt != nil else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        return .pdf(AttendanceSheetDocument.make(dossier), name: FileNames.make("feuille-emargement", dossier))
    }

    /// Drafts are for those who write them; the others get what was published.
    static func minutes(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(all: MeetingDossier.queries(request.msp.id, id))
        let dossier = try MeetingDossier(results: reading.results, msp: reading.access.msp)
        guard dossier.screen.showsPapers(to: reading.access) else { throw Refusal.forbidden }
        if !MinutesWorkflow.isEditable(dossier.head.minutesStatus), let file = dossier.head.minutesFile {
            return try await stored(file, request)
        }
        guard reading.access.can(Permissions.writeMinutes) else { throw Refusal.notFound }
        return .pdf(MinutesDocument.make(dossier), name: FileNames.make("compte-rendu", dossier))
    }

    static func decisions(_ request: MspRequest) async throws -> PageResponse {
        let dossier = try await dossier(request)
        return .pdf(DecisionListDocument.make(dossier), name: FileNames.make("releve-decisions", dossier))
    }

    private static func dossier(_ request: MspRequest) async throws -> MeetingDossier {
        let id = try request.web.id("id")
        let reading = try await request.read(all: MeetingDossier.queries(request.msp.id, id))
        return try MeetingDossier(results: reading.results, msp: reading.access.msp)
    }

    private static func stored(_ file: Identifier, _ request: MspRequest) async throws -> PageResponse {
        .download(Download(try await request.file(file), isInline: true))
    }
}
