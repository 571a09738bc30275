internal import Kernel

/// The fields of `kernel.msp_profile` (missions.md 3.1), with the rules of every record field.
enum ProfileFields {
    static let all: [RecordField] = [
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
            "active_file", .integer(0...1_000_000), label: "File active", help: "Patients vus au moins une fois à la dernière année close."),
        RecordField(
            "precarity_css_pct", .decimal(scale: 2, min: .zero, max: ExactDecimal(100)), label: "Taux de C2S", help: "En pour cent."),
        RecordField(
            "precarity_ame_pct", .decimal(scale: 2, min: .zero, max: ExactDecimal(100)), label: "Taux d’AME", help: "En pour cent."),
        RecordField(
            "figures_as_of", .date, label: "Chiffres arrêtés au",
            help: "Le jour que décrivent la patientèle et les taux\u{A0}: ils comptent à partir de cette année-là, jamais avant."),
        RecordField("figures_source", .text(max: 160), label: "Source des chiffres", help: "Par exemple le relevé de la CPAM."),
    ]

    /// Figures that belong to a year.
    static let yearly = ["gp_patients", "precarity_css_pct", "precarity_ame_pct"]

    /// Keeps the figures under the year that they describe. `$2` year, `$3` account, then the figures, their source and their day.
    static let keepFigures: SQL = """
        insert into kernel.msp_figures as f (msp_id, year, noted_by, gp_patients, precarity_css_pct, precarity_ame_pct, source, as_of)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (msp_id, year) do update set gp_patients = excluded.gp_patients, precarity_css_pct = excluded.precarity_css_pct,
            precarity_ame_pct = excluded.precarity_ame_pct, source = excluded.source, as_of = excluded.as_of, noted_at = now(),
            noted_by = excluded.noted_by
        """

    static let query: SQL = """
        select revision, status, structure_kind, finess_geo, finess_legal, opened_on, health_project_validated_on, zone, qpv, gp_patients,
            active_file, precarity_css_pct, precarity_ame_pct, figures_as_of, figures_source
        from kernel.msp_profile where msp_id = $1
        """

    /// `$2` account, `$3` revision known to the form, then the fields in their order.
    static let update: SQL = """
        update kernel.msp_profile set revision = revision + 1, updated_at = now(), updated_by = $2, status = $4, structure_kind = $5,
            finess_geo = $6, finess_legal = $7, opened_on = $8, health_project_validated_on = $9, zone = $10, qpv = $11, gp_patients = $12,
            active_file = $13, precarity_css_pct = $14, precarity_ame_pct = $15, figures_as_of = $16,
            figures_source = $17
        where msp_id = $1 and revision = $3
        """

    /// Reads a row of `query`.
    static func values(_ row: Row) throws -> RecordValues {
        var values = RecordValues()
        for (index, field) in all.enumerated() {
            let cell = index + 1
            guard !row.isNull(cell) else { continue }
            switch field.kind {
            case .integer: values[field.name] = .integer(try row[cell])
            case .decimal: values[field.name] = .decimal(try row[cell])
            case .boolean: values[field.name] = .boolean(try row[cell])
            case .date: values[field.name] = .date(try row[cell])
            default: values[field.name] = .text(try row[cell])
            }
        }
        return values
    }

    /// Reads a form: days and figures, no hour, hence no zone is asked. Each fault says how to repair.
    static func values(_ form: FormValues, into faults: inout [FieldFault]) -> RecordValues {
        var values = RecordValues()
        for field in all {
            switch FieldText.value(form[field.name] ?? "", field.kind, zone: "Etc/UTC") {
            case .success(let value):
                values[field.name] = value
                if let fault = FieldRules.fault(value, field) { faults.append(FieldFault(field.name, fault)) }
            case .failure(let fault): faults.append(FieldFault(field.name, fault.message))
            }
        }
        return values
    }
}
