internal import HTML
@_spi(Runtime) internal import Kernel
internal import KernelUI

/// The structure's own sheet: situation, identifiers, yearly figures (missions.md 3.1): `/structure/profil`, `/core/profile`.
enum ProfileRecord {
    static let record = RecordType(
        id: "core.profile", table: "kernel.msp_profile",
        words: RecordWords(
            "fiche de la structure", "fiches de la structure", isFeminine: true,
            purpose: "Ce que la structure est, et ses chiffres de l’année.",
            title: "Fiche de la structure"),
        path: "profil", apiPath: "profile",
        fields: [
            RecordField("status", .choice(CodeLists.mspStatus), label: "Situation", required: true),
            RecordField("structure_kind", .choice(CodeLists.structureKind), label: "Type", required: true),
            RecordField("finess_geo", .finess, label: "N° FINESS géographique"),
            RecordField("finess_legal", .finess, label: "N° FINESS juridique"),
            RecordField("opened_on", .date, label: "Ouverture"),
            RecordField("health_project_validated_on", .date, label: "Validation du projet de santé"),
            RecordField("zone", .choice(CodeLists.zone), label: "Zonage de l’ARS"),
            RecordField("qpv", .boolean, label: "En quartier prioritaire", required: true),
            RecordField(
                "gp_patients", .integer(0...1_000_000), label: "Patientèle médecin traitant",
                help: "Chez les associés, à la dernière année close."),
            RecordField(
                "active_file", .integer(0...1_000_000), label: "File active",
                help: "Patients vus au moins une fois à la dernière année close."),
            RecordField(
                "precarity_css_pct", .decimal(scale: 2, min: .zero, max: ExactDecimal(100)), label: "Taux de C2S", help: "En pour cent."),
            RecordField(
                "precarity_ame_pct", .decimal(scale: 2, min: .zero, max: ExactDecimal(100)), label: "Taux d’AME", help: "En pour cent."),
            RecordField(
                "figures_as_of", .date, label: "Chiffres arrêtés au",
                help: "Le jour que décrivent la patientèle et les taux\u{A0}: ils comptent à partir de cette année-là, jamais avant."),
            RecordField("figures_source", .text(max: 160), label: "Source des chiffres", help: "Par exemple le relevé de la CPAM."),
        ], titleField: "status", columns: ["status"], search: [], order: RecordOrder("status"),
        permissions: RecordPermissions(
            read: CorePermissions.readProfile, create: nil, update: CorePermissions.writeProfile, archive: nil),
        prepare: prepare,
        panels: [
            .facts(
                "Structure",
                [
                    "status", "structure_kind", "finess_geo", "finess_legal", "opened_on", "health_project_validated_on", "zone", "qpv",
                ]),
            .facts("Chiffres de l’année", yearly + ["active_file", "figures_as_of", "figures_source"]),
            .custom(
                RecordDetail { view, h in
                    h.card("Heure locale") {
                        h.p(text: TimeZones.label(view.access.msp.timeZone))
                        if view.access.can(CorePermissions.writeProfile) {
                            h.p { h.a(.href("\(view.href)/heure"), text: "Changer l’heure locale de la structure") }
                        }
                    }
                }),
        ], isSheet: true)

    /// Figures that belong to a year.
    private static let yearly = ["gp_patients", "precarity_css_pct", "precarity_ame_pct"]

    /// Keeps the figures under the year that they describe.
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ msp: Identifier, _ unit: WriteUnit) async throws
        -> RecordValues
    {
        let (values, year) = dated(new, old ?? RecordValues(), today: unit.access.local(unit.now).date)
        guard let year else { return values }
        guard (2000...2200).contains(year) else { throw Refusal.invalid("figures_as_of", "Indiquez un jour entre 2000 et 2200.") }
        unit.enqueue(
            Query(
                """
                insert into kernel.msp_figures as f (msp_id, year, noted_by, gp_patients, precarity_css_pct, precarity_ame_pct, source, as_of)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (msp_id, year) do update set gp_patients = excluded.gp_patients,
                    precarity_css_pct = excluded.precarity_css_pct, precarity_ame_pct = excluded.precarity_ame_pct,
                    source = excluded.source, as_of = excluded.as_of, noted_at = now(), noted_by = excluded.noted_by
                """,
                parameters: [.id(msp), .int(year), .id(unit.access.account)]
                    + (yearly + ["figures_source", "figures_as_of"]).map { values[$0].parameter }))
        return values
    }

    /// Figures that change describe the day said with them, else today: never again the day of the figures before.
    /// - Returns: the values, and the year whose figures they are; nil when no figure changed.
    static func dated(_ new: RecordValues, _ old: RecordValues, today: CivilDate) -> (values: RecordValues, year: Int?) {
        let isNew = yearly.contains { new[$0] != old[$0] }
        guard isNew || new["figures_as_of"] != old["figures_as_of"] || new["figures_source"] != old["figures_source"] else {
            return (new, nil)
        }
        var values = new
        let said = new.date("figures_as_of")
        if said == nil || isNew && said == old.date("figures_as_of") { values["figures_as_of"] = .date(today) }
        return (values, (values.date("figures_as_of") ?? today).year)
    }
}
