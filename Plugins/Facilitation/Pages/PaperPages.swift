import Kernel
import Postgres

/// The documents of a meeting on paper. Once sealed, the very bytes that were sealed are given, never a new print.
enum PaperPages {
    /// Notice and minutes of a concertation name its situations by number: they are for whoever may see them.
    static func notice(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, make, sent) = try await request.read(
            MeetingDossier.read(request.msp.id, id), FrozenNotice.latest(request.msp.id, id))
        let dossier = make(access.msp)
        guard dossier.screen.showsPapers(to: access) else { throw Refusal.forbidden }
        if let sent {
            return .pdf(
                PrintDocument(frozen: try await request.file(sent).bytes(), title: "Convocation", mspName: dossier.msp.name),
                name: FileNames.make("convocation", dossier))
        }
        guard dossier.head.startsAt != nil else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        return .pdf(NoticeDocument.make(dossier), name: FileNames.make("convocation", dossier))
    }

    static func sheet(_ request: MspRequest) async throws -> PageResponse {
        let (_, dossier) = try await dossier(request)
        if dossier.head.sheetState == "LOCKED", let file = dossier.head.sheetFile { return try await stored(file, request) }
        guard dossier.head.startsAt != nil else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        return .pdf(AttendanceSheetDocument.make(dossier), name: FileNames.make("feuille-emargement", dossier))
    }

    /// Drafts are for those who write them; the others get what was published.
    static func minutes(_ request: MspRequest) async throws -> PageResponse {
        let (access, dossier) = try await dossier(request)
        guard dossier.screen.showsPapers(to: access) else { throw Refusal.forbidden }
        if !MinutesWorkflow.isEditable(dossier.head.minutesStatus), let file = dossier.head.minutesFile {
            return try await stored(file, request)
        }
        guard access.can(Permissions.writeMinutes) else { throw Refusal.notFound }
        return .pdf(MinutesDocument.make(dossier), name: FileNames.make("compte-rendu", dossier))
    }

    static func decisions(_ request: MspRequest) async throws -> PageResponse {
        let (_, dossier) = try await dossier(request)
        return .pdf(DecisionListDocument.make(dossier), name: FileNames.make("releve-decisions", dossier))
    }

    private static func dossier(_ request: MspRequest) async throws -> (Access, MeetingDossier) {
        let (access, make) = try await request.read(MeetingDossier.read(request.msp.id, try request.web.id("id")))
        return (access, make(access.msp))
    }

    private static func stored(_ file: Identifier, _ request: MspRequest) async throws -> PageResponse {
        .download(Download(try await request.file(file), isInline: true))
    }
}
