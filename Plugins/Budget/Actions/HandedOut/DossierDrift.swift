import Kernel
import Postgres

/// What changed in an exercise since its last sealed dossier: said on its pages and in « Aujourd’hui », until a new version is sealed.
struct DossierDrift: Sendable {
    /// The sealed version that is compared.
    let number: Int
    /// French sentences; none when the dossier still says what the exercise does.
    let changes: [String]

    /// The sealed version with its figures; `init` reads the answer after the exercise.
    static func query(_ msp: Identifier, year: Identifier) -> Query {
        Query(
            """
            select d.id, d.number, d.contents::text, f.figures::text
            from budget.dossier d left join budget.dossier_figures f on f.msp_id = d.msp_id and f.dossier_id = d.id
            where d.msp_id = $1 and d.year_id = $2 and d.state = 'SEALED' order by d.number desc limit 1
            """, .id(msp), .id(year))
    }

    /// Nil without a sealed version.
    init?(_ rows: ResultSet, _ year: DossierYear) throws {
        guard let row = rows.first else { return nil }
        number = try row[1]
        let sealed = (try JSONValue.parse(try row[2] as String).arrayValue ?? []).compactMap(StoredDossier.Row.init)
        let figures: String? = try row[3]
        changes =
            Self.pieces(sealed, year) + Self.figures(try figures.map { try JSONValue.parse($0).arrayValue ?? [] } ?? [], year)
    }

    private static func pieces(_ sealed: [StoredDossier.Row], _ year: DossierYear) -> [String] {
        guard year.blockers.isEmpty, let plan = try? year.match.plan(names: year.names) else {
            return ["Des justificatifs manquent ou sont à revoir\u{00A0}: une nouvelle version ne pourrait pas être scellée en l’état."]
        }
        let before = Set(sealed.map { "\($0.indicator)|\($0.entry.sha256)" })
        let now = Set(plan.0.rows.map { "\($0.indicator)|\($0.sha256)" })
        return sealed.filter { !now.contains("\($0.indicator)|\($0.entry.sha256)") }.map {
            "Pièce retirée ou remplacée\u{00A0}: \($0.title)"
        }
            + plan.0.rows.filter { !before.contains("\($0.indicator)|\($0.sha256)") }.map { "Nouvelle pièce\u{00A0}: \($0.title)" }
    }

    private static func figures(_ kept: [JSONValue], _ year: DossierYear) -> [String] {
        kept.compactMap { figure in
            guard let code = figure["indicator"]?.stringValue, let cents = figure["cents"]?.intValue,
                let now = year.lines.first(where: { $0.indicator.rawValue == code }), now.amountCents != cents
            else { return nil }
            return "\(now.name)\u{00A0}: \(French.money(cents: now.amountCents)) au lieu de \(French.money(cents: cents))"
        }
    }

    /// Notes the figures behind a version that is being prepared.
    static func note(_ dossier: Identifier, _ year: DossierYear, _ unit: WriteUnit) {
        let figures = year.lines.map { line in
            JSONValue.object([
                ("indicator", .string(line.indicator.rawValue)), ("points", .string(line.points.description)),
                ("cents", .integer(line.amountCents)),
            ])
        }
        unit.enqueue(
            Query(
                "insert into budget.dossier_figures (msp_id, dossier_id, figures) values ($1, $2, $3::jsonb)", .id(unit.msp), .id(dossier),
                .json(JSONValue.array(figures).text)))
    }

    /// Compares one exercise and keeps what changed, for « Aujourd’hui ».
    static func keep(_ id: Identifier, _ years: AciYears, _ unit: WriteUnit) async throws {
        let results = try await unit.run(all: DossierYear.queries(unit.msp, id) + [query(unit.msp, year: id)])
        guard let year = try DossierYear(results[...], years, day: unit.access.local(unit.now).date), let last = results.last,
            let drift = try DossierDrift(last, year), let row = last.first
        else { return }
        let dossier: Identifier = try row[0]
        guard !drift.changes.isEmpty else {
            unit.enqueue(
                Query("delete from budget.dossier_drift where msp_id = $1 and year_id = $2", .id(unit.msp), .id(id)))
            return
        }
        unit.enqueue(
            Query(
                """
                insert into budget.dossier_drift as x (msp_id, year_id, dossier_id, changes, noticed_at) values ($1, $2, $3, $4::jsonb, $5)
                on conflict (msp_id, year_id) do update set dossier_id = excluded.dossier_id, changes = excluded.changes,
                    noticed_at = excluded.noticed_at
                where (x.dossier_id, x.changes) is distinct from (excluded.dossier_id, excluded.changes)
                """, .id(unit.msp), .id(id), .id(dossier), .json(JSONValue.array(drift.changes.map { .string($0) }).text),
                .instant(unit.now)))
    }
}
