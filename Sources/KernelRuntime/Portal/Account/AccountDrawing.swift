internal import HTML
internal import Kernel

/// The cards of the account page.
enum AccountDrawing {
    struct Session {
        let id: Identifier
        let client: String
        let opened: Instant
        let seen: Instant
        let isCurrent: Bool

        init(row: Row) throws {
            id = try row[0]
            client = try row.decode(1, as: String?.self) ?? ""
            opened = try row[2]
            seen = try row[3]
            isCurrent = try row[4]
        }
    }

    struct Token {
        let id: Identifier
        let organisation: String
        let name: String
        let isFull: Bool
        let created: Instant
        let expires: Instant
        let used: CivilDate?

        init(row: Row) throws {
            id = try row[0]
            organisation = try row[1]
            name = try row[2]
            isFull = try row[3]
            created = try row[4]
            expires = try row[5]
            used = try row[6]
        }
    }

    static func name(_ person: Person, form: PortalForm, csrf: String, on h: HTMLWriter) {
        card("Identité", on: h) {
            h.portalForm(action: "/compte/nom", csrf: csrf, button: "Enregistrer", form: form) {
                h.portalField("prenom", label: "Prénom", form: form, value: person.firstName, autocomplete: "given-name", maxlength: 80)
                h.portalField("nom", label: "Nom", form: form, value: person.lastName, autocomplete: "family-name", maxlength: 80)
            }
        }
    }

    static func password(form: PortalForm, csrf: String, on h: HTMLWriter) {
        card("Mot de passe", on: h) {
            h.p(.class("soft"), text: "Le changer met fin à vos autres sessions.")
            h.details(.class("details"), .open(!form.faults.isEmpty)) {
                h.summary(text: "Changer de mot de passe")
                h.portalForm(action: "/compte/mot-de-passe", csrf: csrf, button: "Changer le mot de passe", form: form) {
                    h.portalField("actuel", label: "Mot de passe actuel", type: .password, form: form, autocomplete: "current-password")
                    h.newPasswordFields(form)
                }
            }
        }
    }

    static func secondFactor(_ person: Person, on h: HTMLWriter) {
        card("Double authentification", on: h) {
            if person.hasTOTP {
                h.p { h.span(.class("chip chip--done"), text: "Activée") }
                h.p(text: "Un code de votre application est demandé à chaque connexion.")
            } else {
                h.p { h.span(.class("chip chip--warn"), text: "À activer") }
                h.p(text: "Un code sur votre téléphone protège votre compte même si votre mot de passe est connu d’un tiers.")
            }
            h.p {
                h.a(
                    .class(person.hasTOTP ? "button" : "button button--main"), .href("/compte/second-facteur"),
                    text: person.hasTOTP ? "Changer de téléphone ou de codes de secours" : "Activer la double authentification")
            }
        }
    }

    static func sessions(_ sessions: [Session], csrf: String, on h: HTMLWriter) {
        card("Sessions ouvertes", on: h) {
            h.p(.class("soft"), text: "Une session se ferme après 30 minutes sans activité, et au bout de 10 heures dans tous les cas.")
            table(caption: "Sessions ouvertes", headers: ["Appareil", "Ouverte", "Dernière activité", ""], on: h) {
                for session in sessions {
                    h.tr {
                        h.th(.scope(.row)) {
                            h.text(device(session.client))
                            if session.isCurrent { h.span(.class("chip chip--soft"), text: "Cette session") }
                        }
                        h.td(.data("label", "Ouverte"), text: PortalDates.moment(session.opened))
                        h.td(.data("label", "Dernière activité"), text: PortalDates.moment(session.seen))
                        h.td(.class("table__actions")) {
                            h.portalButton(
                                "Terminer", action: "/compte/sessions/\(session.id)/fin", csrf: csrf,
                                hint: "Terminer la session ouverte le \(PortalDates.moment(session.opened))")
                        }
                    }
                }
            }
        }
    }

    static func tokens(_ tokens: [Token], mayCreate: Bool, csrf: String, on h: HTMLWriter) {
        card("Jetons d’accès", on: h) {
            h.p(.class("soft"), text: "Un jeton permet à un programme de travailler en votre nom dans une seule structure, sans votre mot de passe.")
            if tokens.isEmpty {
                h.p(text: "Aucun jeton.")
            } else {
                table(caption: "Jetons d’accès", headers: ["Nom", "Structure", "Droits", "Dernier usage", "Expire", ""], on: h) {
                    for token in tokens {
                        h.tr {
                            h.th(.scope(.row), text: token.name)
                            h.td(.data("label", "Structure"), text: token.organisation)
                            h.td(.data("label", "Droits"), text: token.isFull ? "Tous les vôtres" : "Lecture seule")
                            h.td(.data("label", "Dernier usage"), text: token.used.map(PortalDates.day) ?? "—")
                            h.td(.data("label", "Expire"), text: PortalDates.moment(token.expires))
                            h.td(.class("table__actions")) {
                                h.portalButton(
                                    "Révoquer", action: "/compte/jetons/\(token.id)/revoquer", csrf: csrf, hint: "Révoquer le jeton \(token.name)")
                            }
                        }
                    }
                }
            }
            if mayCreate { h.p { h.a(.class("button"), .href("/compte/jetons/nouveau"), text: "Créer un jeton") } }
        }
    }

    // MARK: Parts

    static func card(_ title: String, on h: HTMLWriter, _ content: () -> Void) {
        h.section(.class("card")) {
            h.h2(.class("card__title"), text: title)
            content()
        }
    }

    static func table(caption: String, headers: [String], on h: HTMLWriter, rows: () -> Void) {
        h.div(.class("table-wrap")) {
            h.table(.class("table")) {
                h.caption(.class("vh"), text: caption)
                h.thead {
                    h.tr {
                        for header in headers {
                            h.th(.scope(.col)) { if header.isEmpty { h.span(.class("vh"), text: "Actions") } else { h.text(header) } }
                        }
                    }
                }
                h.tbody(content: rows)
            }
        }
    }

    /// « Firefox sur Windows », from what the browser calls itself.
    static func device(_ client: String) -> String {
        let browser =
            [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
            .first { client.contains($0.0) }?.1
        let system =
            [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")]
            .first { client.contains($0.0) }?.1
        return switch (browser, system) {
        case let (browser?, system?): "\(browser) sur \(system)"
        case let (name?, nil), let (nil, name?): name
        default: "Appareil inconnu"
        }
    }
}
