import HTML
import Kernel
import KernelUI

/// The form of « Planifier »: a few choices on top, the rest folded.
struct PlanForm {
    let choices: PlanPage.Choices
    let access: Access
    let action: String
    let cancel: String
    let today: CivilDate
    let form: FormValues
    let faults: [FieldFault]
    let html: HTMLWriter

    func draw() {
        html.errorSummary(faults)
        html.postForm(action: action, csrf: access.csrf, changes: false) {
            html.p(
                .class("soft"), text: "L’intitulé, la durée et l’ordre du jour viennent du type de réunion. Tout reste modifiable ensuite.")
            html.selectField(
                field("Type de réunion", "type", required: true), options: MeetingType.allCases.map { FieldOption($0.rawValue, $0.label) },
                value: given("type", MeetingType.rcp.rawValue))
            html.div(.class("field--row", "field")) {
                html.dateField(field("Premier jour", "date", required: true), value: given("date"), min: today.description)
                html.timeField(field("Heure", "time", required: true), value: given("time", "13:30"))
            }
            html.choiceField(
                field("Fréquence", "recurrence"), options: Recurrence.allCases.map { FieldOption($0.rawValue, $0.label) },
                value: given("recurrence", Recurrence.once.rawValue))
            html.textField(
                field(
                    "Nombre de réunions", "count",
                    help: "Avec une fréquence\u{A0}: 10 pour un trimestre de réunions hebdomadaires, par exemple."
                ),
                value: given("count", "1"), width: .tiny, maxLength: 2, .inputmode("numeric"))
            html.choiceField(
                field(
                    "Si un jour est férié", "holidays",
                    help: "Demandé seulement quand un jour de la série est férié dans votre département."),
                options: HolidayChoice.allCases.map { FieldOption($0.rawValue, $0.label) }, value: given("holidays"),
                none: "Me le demander")
            html.selectField(
                field("Groupe invité", "group"), options: choices.groups.map { FieldOption($0.id.description, "\($0.name) (\($0.size))") },
                value: given("group"), none: "—")
            html.checkField(
                field(
                    "Inviter toute l’équipe", "everyone",
                    help: "Qui en est le jour de la réunion\u{A0}: \(Say.count(choices.present, "personne", "personnes")) aujourd’hui."),
                isOn: form["everyone"] != nil)
            if !choices.rooms.isEmpty {
                html.selectField(
                    field("Salle", "room"), options: choices.rooms.map { FieldOption($0.id.description, $0.name) },
                    value: given("room", choices.rooms.first?.id.description ?? ""), none: "—")
            }
            more()
            if access.can(Permissions.convene) {
                html.checkField(field("Envoyer les convocations tout de suite", "convene"), isOn: form["convene"] != nil)
            }
            html.formActions(submit: "Planifier", cancelHref: cancel)
        }
    }

    private func more() {
        let folded = ["title", "minutes", "place", "video_url", "organiser"]
        html.details(.class("details"), .open(access.professional == nil || faults.contains { folded.contains($0.field) })) {
            html.summary(text: "Intitulé, durée, autre lieu, visio, organisateur")
            html.div(.class("stack")) {
                html.textField(
                    field("Intitulé", "title", help: "Laissez vide pour «\u{A0}type du jour\u{A0}». N’écrivez jamais le nom d’un patient."),
                    value: given("title"), maxLength: 160)
                html.durationField(
                    field("Durée", "minutes", help: "Laissez vide pour la durée habituelle du type."), value: given("minutes"))
                html.textField(field("Autre lieu", "place"), value: given("place"), maxLength: 200)
                html.textField(
                    field("Lien visio", "video_url", help: "Adresse en https."), value: given("video_url"), type: .url, maxLength: 500)
                html.selectField(
                    field("Organisateur", "organiser"), options: choices.team.map { FieldOption($0.id.description, $0.name) },
                    value: given("organiser", access.professional?.description ?? ""), none: access.professional == nil ? "—" : nil)
            }
        }
    }

    /// What was typed, else the usual value; an empty box that was sent stays empty.
    private func given(_ name: String, _ usual: String = "") -> String { form[name] ?? usual }

    private func field(_ label: String, _ name: String, help: String? = nil, required: Bool = false) -> Field {
        Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
    }
}

extension HTMLWriter {
    /// Nobody to convene: the team comes first.
    func emptyTeam(_ access: Access) {
        message("Aucune personne n’est inscrite dans l’équipe\u{A0}: inscrivez d’abord l’équipe, puis planifiez la réunion.", tone: .note)
        p { a(.class("button", "button--main"), .href(access.msp.path("structure/professionnels")), text: "Inscrire l’équipe") }
    }
}
