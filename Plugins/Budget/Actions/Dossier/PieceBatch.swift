import Kernel

/// Acts on many pieces at once. Each piece goes through the very act of its own page, in a transaction of its own: same permission, rules
/// and trace. What one refuses is told, the others stand.
enum PieceBatch {
    /// Most pieces of one act.
    static let most = 200

    /// The acts of a piece that can be done to many.
    enum Act: String, CaseIterable, Sendable { case declare, check }

    struct Outcome: Sendable {
        var done: [Identifier] = []
        var refused: [(id: Identifier, message: String)] = []
    }

    static func perform(
        _ act: Act, on ids: [Identifier], _ values: RecordValues, _ request: MspRequest
    ) async throws -> Outcome {
        guard !ids.isEmpty else { throw Refusal.invalid("exhibits", "Cochez au moins une pièce.") }
        guard ids.count <= most else { throw Refusal.invalid("exhibits", "Choisissez \(most) pièces au plus à la fois.") }
        var outcome = Outcome()
        var seen: Set<Identifier> = []
        for id in ids where seen.insert(id).inserted {
            do {
                try await request.write { unit in _ = try await unit.act(ExhibitRecord.record, act.rawValue, on: id, values) }
                outcome.done.append(id)
            } catch let refusal as Refusal where [404, 409, 422].contains(refusal.status) {
                outcome.refused.append((id, refusal.faults.first?.message ?? refusal.message))
            }
        }
        return outcome
    }

    /// A piece that was deposited.
    typealias Placed = (id: Identifier, title: String, requirement: Requirement)

    /// What the sender says of a file; all of it may be left to the name of the file, except the declaration.
    struct Said: Sendable {
        var requirement: Requirement?
        var title: String?
        /// What is declared of patients, by the act of the piece and its right.
        var anonymity: Anonymity?
    }

    /// Deposits a file under what it proves: as said, else as its name tells. The same bytes are not deposited twice.
    static func place(
        _ checked: CheckedFile, name: String, _ said: Said, year id: Identifier, _ years: AciYears, _ request: MspRequest
    ) async throws -> Placed {
        let (_, year, _) = try await DossierYear.read(request, id, years)
        let pieces = year.match.statuses.flatMap(\.pieces)
        let digest = Digest.hex(Digest.sha256(checked.bytes))
        if let known = pieces.first(where: { $0.file?.sha256 == digest }) {
            throw Refusal.conflict("known", "Ce fichier est déjà déposé\u{A0}: «\u{A0}\(known.title)\u{A0}».")
        }
        let needs = year.match.statuses.flatMap(\.needs)
        let guessed = RequirementGuess.of(
            name, open: needs.filter { $0.present < $0.wanted }.map(\.requirement), all: needs.map(\.requirement))
        guard let target = said.requirement ?? guessed else {
            throw Refusal.invalid("requirement", "Son nom ne dit pas ce qu’il prouve\u{A0}: choisissez le justificatif, puis renvoyez-le.")
        }
        let number = pieces.count { $0.requirement == target.id && $0.isThere } + 1
        let title = said.title ?? (number > 1 ? "\(target.title) (\(number))" : target.title)
        let piece = try await request.write { unit in
            let piece = try await Exhibits.deposit(
                checked, year: id, indicator: target.indicator, requirement: target, title: title, anonymity: said.anonymity, unit)
            AciYears.askAgain(unit, id)
            return piece
        }
        return (piece, title, target)
    }

    /// A file that came among others.
    struct Dropped: Sendable {
        let name: String
        /// Where it went; nil when it was refused or was there already.
        var piece: Placed?
        var refusal: String?
    }

    /// Deposits one file among others: what refuses it is told, and the others stand.
    static func drop(
        _ file: UploadedFile, _ said: Said, year id: Identifier, _ years: AciYears, _ request: MspRequest
    ) async throws -> Dropped {
        var dropped = Dropped(name: file.name)
        do {
            dropped.piece = try await place(
                try await CheckedFile(file, request), name: file.name, said, year: id, years, request)
        } catch let refusal as Refusal where [409, 413, 422].contains(refusal.status) {
            dropped.refusal = refusal.faults.first?.message ?? refusal.message
        }
        return dropped
    }
}
