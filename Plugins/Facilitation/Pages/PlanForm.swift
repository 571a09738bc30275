import HTML
import Kernel
import KernelUI

/// The form of « Planifier »: three choices on top, the rest folded.
struct PlanForm {
    let choices: PlanPage.Choices
    let access: Access
    let action: String
    let today: CivilDate
    let form: FormValues
    let faults: [FieldFault]
    let html: HTMLWriter

    func draw() {
        if !faults.isEmpty { summary() }
        html.postForm(access, to: action, .class("form"), .data("guard")) {
            html.p(.class("soft"), text: "L’intitulé, la durée et l’ordre du jour viennent du type de réunion ; tout reste modifiable ensuite.")
            select("type", "Type de réunion", MeetingType.allCases.map { ($0.rawValue, $0.label) }, chosen: form["type"] ?? MeetingType.rcp.rawValue)
            html.div(.class("field--row", "field")) {
                input("date", "Premier jour", .date, value: form["date"] ?? "", extra: .min(today.description))
                input("time", "Heure", .time, value: form["time"] ?? "13:30")
            }
            html.fieldset(.class("field")) {
                html.legend(text: "Fréquence")
                html.div(.class("choices")) {
                    for rule in Recurrence.allCases {
                        html.label(.class("choice")) {
                            html.input(
                                .type(.radio), .name("recurrence"), .value(rule.rawValue),
                                .checked((form["recurrence"] ?? Recurrence.once.rawValue) == rule.rawValue))
                            html.span(text: rule.label)
                        }
                    }
                }
            }
            input("count", "Nombre de réunions", .text, value: form["count"] ?? "1", help: "Avec une fréquence : 12 au plus pour une année de réunions mensuelles.", extra: .inputmode("numeric"))
            select(
                "group", "Groupe invité", [("", "—")] + choices.groups.map { ($0.id.description, "\($0.name) (\($0.size))") }, chosen: form["group"] ?? "")
            html.label(.class("check")) {
                html.input(.type(.checkbox), .name("everyone"), .value("oui"), .checked(form["everyone"] == "oui"))
                html.span(text: "Inviter toute l’équipe")
            }
            if !choices.rooms.isEmpty {
                select("room", "Salle", [("", "—")] + choices.rooms.map { ($0.id.description, $0.name) }, chosen: form["room"] ?? choices.rooms.first.map { $0.id.description } ?? "")
            }
            more()
            html.label(.class("check")) {
                html.input(.type(.checkbox), .name("convoquer"), .value("oui"), .checked(form["convoquer"] == "oui"))
                html.span(text: "Envoyer les convocations tout de suite")
            }
            html.div(.class("form__actions")) {
                html.button(.class("button", "button--main"), .type(.submit), text: "Planifier")
                html.a(.class("button", "button--quiet"), .href(action.replacing("/planifier", with: "")), text: "Annuler")
            }
        }
    }

    private func summary() {
        html.div(.class("error-summary"), .role("alert"), .tabindex(-1), .data("error-summary")) {
            html.h2(text: faults.count > 1 ? "\(faults.count)\u{00A0}points sont à corriger" : "Un point est à corriger")
            html.ul { for fault in faults { html.li { html.a(.href("#plan-\(fault.field)"), text: fault.message) } } }
        }
    }

    private func more() {
        html.details(.class("details"), .open(access.professional == nil || faults.contains { ["place", "video_url", "minutes", "title", "organiser"].contains($0.field) })) {
            html.summary(text: "Intitulé, durée, autre lieu, visio")
            html.div(.class("stack")) {
                input("title", "Intitulé", .text, value: form["title"] ?? "", help: "Laissez vide pour « type du jour ». N’écrivez jamais le nom d’un patient.")
                input("minutes", "Durée", .text, value: form["minutes"] ?? "", help: "Laissez vide pour la durée habituelle du type. Par exemple 1 h 15 ou 75 min.")
                input("place", "Autre lieu", .text, value: form["place"] ?? "")
                input("video_url", "Lien visio", .url, value: form["video_url"] ?? "")
                select(
                    "organiser", "Organisateur", choices.team.map { ($0.id.description, $0.name) },
                    chosen: form["organiser"] ?? access.professional?.description ?? "")
            }
        }
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)], chosen: String) {
        field(name, label, help: nil) {
            html.select(.class("select"), .id("plan-\(name)"), .name(name), invalid(name)) {
                for (value, label) in options { html.option(.value(value), .selected(value == chosen), text: label) }
            }
        }
    }

    private func input(_ name: String, _ label: String, _ type: InputType, value: String, help: String? = nil, extra: Attribute = .none) {
        field(name, label, help: help) {
            html.input(.class("input"), .id("plan-\(name)"), .name(name), .type(type), .value(value), invalid(name), described(name, help), extra)
        }
    }

    private func field(_ name: String, _ label: String, help: String?, _ content: () -> Void) {
        let errors = faults.filter { $0.field == name }
        html.div(.class("field", errors.isEmpty ? "" : "field--error")) {
            html.label(.class("field__label"), .for("plan-\(name)"), text: label)
            if let help { html.p(.class("field__help"), .id("plan-\(name)-aide"), text: help) }
            content()
            for error in errors { html.p(.class("field__error"), .id("plan-\(name)-erreur"), text: error.message) }
        }
    }

    private func invalid(_ name: String) -> Attribute { .when(faults.contains { $0.field == name }, .aria(.invalid, true)) }

    private func described(_ name: String, _ help: String?) -> Attribute {
        let ids = [help == nil ? nil : "plan-\(name)-aide", faults.contains { $0.field == name } ? "plan-\(name)-erreur" : nil].compactMap { $0 }
        return .when(!ids.isEmpty, .aria(.describedby, ids.joined(separator: " ")))
    }
}
