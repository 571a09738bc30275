import HTML
import Kernel
import KernelUI

/// The form of a rule: who, how, how much. One scale per element; a mixed rule has several.
struct RuleForm {
    let form: FormValues
    /// By the form's own field names.
    let faults: [FieldFault]
    let access: Access
    let action: String
    let cancel: String
    let revision: Int?
    let html: HTMLWriter

    func draw() {
        html.errorSummary(faults)
        html.postForm(action: action, csrf: access.csrf, classes: "form form--wide") {
            if let revision { html.hiddenInput("revision", String(revision)) }
            html.requiredNote()
            html.textField(field("Nom de la règle", "name", required: true), value: given("name"), maxLength: 120)
            html.div(.class("field--row", "field")) {
                html.dateField(field("En vigueur à partir du", "valid_from", required: true), value: given("valid_from"))
                html.dateField(
                    field("Jusqu’au", "valid_to", help: "Laissez vide tant qu’aucune autre ne la remplace."), value: given("valid_to"))
            }
            html.choiceField(
                field("Bénéficiaires", "eligible", required: true), options: options(IndemnityCodes.eligibility),
                value: given("eligible", Eligibility.all.rawValue))
            html.choiceField(
                field(
                    "Mode de calcul", "method",
                    help: "Après un changement, «\u{00A0}Adapter le formulaire\u{00A0}» montre les champs utiles.",
                    required: true),
                options: options(IndemnityCodes.method), value: given("method", IndemnityMethod.hourlyFlat.rawValue))
            html.p {
                html.button("Adapter le formulaire", kind: .plain, size: .small, .name("acte"), .value("adapter"), .formnovalidate())
            }
            parts()
            counting()
            html.formActions(cancelHref: cancel)
        }
    }

    private var method: IndemnityMethod { IndemnityMethod(rawValue: form["method"] ?? "") ?? .hourlyFlat }

    // MARK: Elements

    private func parts() {
        switch method {
        case .none: html.p(.class("soft"), text: "Aucun temps n’est payé\u{00A0}: il n’y a pas de barème.")
        case .mixed:
            let count = RuleFormReader.partCount(form)
            html.hiddenInput("parts", String(count))
            for index in 0..<count {
                html.formSection("Élément \(index + 1)") {
                    html.selectField(
                        field("Mode de calcul de cet élément", "p\(index)_method", required: true),
                        options: options(IndemnityCodes.method).filter { $0.value != "MIXED" && $0.value != "NONE" },
                        value: given("p\(index)_method", IndemnityMethod.hourlyFlat.rawValue))
                    part(index, IndemnityMethod(rawValue: form["p\(index)_method"] ?? "") ?? .hourlyFlat)
                }
            }
            if count < RuleFormReader.parts {
                html.p {
                    html.button("Ajouter un élément", kind: .plain, size: .small, .name("acte"), .value("element"), .formnovalidate())
                }
            }
        case let method: html.formSection("Barème") { part(0, method) }
        }
    }

    private func part(_ index: Int, _ method: IndemnityMethod) {
        let prefix = "p\(index)_"
        if method != .perTask {
            let chosen = Set(form.all(prefix + "types"))
            html.choicesField(
                field("Réunions indemnisées", prefix + "types"), options: options(.meetingType),
                values: chosen.isEmpty && form["method"] == nil ? ["RCP", "TEAM", "PROTOCOL"] : chosen)
        }
        if method.isHourly || method == .shareOfSurplus {
            html.checkField(
                field("Le temps hors réunion validé compte aussi", prefix + "credits"),
                isOn: form["method"] == nil || form[prefix + "credits"] != nil)
        }
        switch method {
        case .hourlyFlat:
            html.moneyField(field("Taux horaire", "\(prefix)r0_euros", required: true), value: given("\(prefix)r0_euros"))
        case .shareOfSurplus: share(prefix)
        case .hourlyByProfession, .flatPerMeeting, .perTask: scale(prefix, method)
        case .none, .mixed: break
        }
    }

    /// Rows of the scale: those that are filled, and some more.
    private func scale(_ prefix: String, _ method: IndemnityMethod) {
        let filled = (0..<RuleFormReader.rows).last { !(form["\(prefix)r\($0)_euros"] ?? "").isEmpty } ?? -1
        html.p(.class("field__help"), text: "La première ligne qui convient à une personne s’applique. Les lignes vides sont ignorées.")
        for row in 0..<min(RuleFormReader.rows, filled + 4) {
            let name = "\(prefix)r\(row)_"
            html.div(.class("field--row", "field")) {
                if method == .perTask {
                    html.selectField(
                        field("Mission, ligne \(row + 1)", name + "task"), options: options(IndemnityCodes.task),
                        value: given(name + "task"), none: "—")
                } else {
                    html.selectField(
                        field("Profession, ligne \(row + 1)", name + "profession"), options: options(.profession),
                        value: given(name + "profession"),
                        none: "Toutes")
                }
                if method == .flatPerMeeting {
                    html.selectField(
                        field("Type de réunion, ligne \(row + 1)", name + "meeting_type"), options: options(.meetingType),
                        value: given(name + "meeting_type"), none: "Tous")
                } else {
                    html.selectField(
                        field("Fonction, ligne \(row + 1)", name + "role"), options: options(IndemnityCodes.role),
                        value: given(name + "role"),
                        none: "Toutes")
                }
                html.moneyField(
                    field(method.isHourly ? "Taux horaire, ligne \(row + 1)" : "Forfait, ligne \(row + 1)", name + "euros"),
                    value: given(name + "euros"))
            }
        }
    }

    private func share(_ prefix: String) {
        html.numberField(
            field("Part de l’excédent à partager", prefix + "percent", required: true), value: given(prefix + "percent", "100"), unit: "%")
        html.div(.class("field--row", "field")) {
            for (name, label) in [
                ("points_per_hour", "Points par heure"), ("points_per_meeting", "Points par réunion"),
                ("points_per_task", "Points par mission"),
                ("points_fixed", "Points de chaque bénéficiaire"),
            ] { html.numberField(field(label, prefix + name), value: given(prefix + name)) }
        }
        let filled = (0..<RuleFormReader.rows).last { !(form["\(prefix)w\($0)_factor"] ?? "").isEmpty } ?? -1
        for row in 0..<min(RuleFormReader.rows, filled + 3) {
            let name = "\(prefix)w\(row)_"
            html.div(.class("field--row", "field")) {
                html.selectField(
                    field("Profession, coefficient \(row + 1)", name + "profession"), options: options(.profession),
                    value: given(name + "profession"), none: "Toutes")
                html.selectField(
                    field("Fonction, coefficient \(row + 1)", name + "role"), options: options(IndemnityCodes.role),
                    value: given(name + "role"),
                    none: "Toutes")
                html.numberField(field("Coefficient \(row + 1)", name + "factor"), value: given(name + "factor"))
            }
        }
    }

    // MARK: Counting

    private func counting() {
        html.formSection("Comptage et plafonds") {
            html.choiceField(
                field("Arrivée tardive", "late_rule"), options: options(IndemnityCodes.lateRule),
                value: given("late_rule", LateRule.countReal.rawValue))
            html.durationField(
                field("Présence minimale", "min_presence_minutes", help: "En dessous, la réunion n’est pas payée."),
                value: given("min_presence_minutes", French.duration(minutes: 15)))
            html.div(.class("field--row", "field")) {
                html.selectField(
                    field("Arrondi de chaque temps", "rounding_minutes"),
                    options: [
                        FieldOption("1", "À la minute"), FieldOption("5", "5 min"), FieldOption("10", "10 min"),
                        FieldOption("15", "Quart d’heure"), FieldOption("30", "Demi-heure"), FieldOption("60", "Heure"),
                    ], value: given("rounding_minutes", "15"))
                html.selectField(
                    field("Sens de l’arrondi", "rounding"), options: options(IndemnityCodes.rounding), value: given("rounding", "NEAREST"))
            }
            html.div(.class("field--row", "field")) {
                html.moneyField(
                    field("Plafond par personne et par an", "cap_per_person_cents", help: "Vide\u{00A0}: pas de plafond."),
                    value: given("cap_per_person_cents"))
                html.moneyField(
                    field("Plafond de l’ensemble", "cap_total_cents", help: "Au-delà, chacun est réduit au prorata."),
                    value: given("cap_total_cents"))
            }
        }
    }

    private func options(_ list: CodeList) -> [FieldOption] { list.codes.map { FieldOption($0.code, $0.label) } }

    /// What was typed, else the usual value; an empty box that was sent stays empty.
    private func given(_ name: String, _ usual: String = "") -> String { form[name] ?? usual }

    private func field(_ label: String, _ name: String, help: String? = nil, required: Bool = false) -> Field {
        Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
    }
}
