import Kernel
import Testing

@testable import KernelRuntime

struct PortalRuleTests {
    @Test(
        "An address is proposed from the name of a structure",
        arguments: [
            ("Maison de santé des Trois-Ponts", "maison-de-sante-des-trois-ponts"), ("MSP « Cœur d’Auvergne »", "msp-coeur-d-auvergne"),
            ("  L’Œuvre, n° 2  ", "l-oeuvre-n-2"), ("—", ""),
        ])
    func slugs(name: String, slug: String) {
        #expect(SlugSuggestion.from(name) == slug)
        #expect(slug.isEmpty || SlugSuggestion.isValid(slug))
    }

    @Test("A long name is cut between two words")
    func longSlug() {
        let slug = SlugSuggestion.from("Maison de santé pluriprofessionnelle universitaire du pays de la haute vallée")
        #expect(slug.count <= 60 && slug.hasPrefix("maison-de-sante-pluriprofessionnelle") && SlugSuggestion.isValid(slug))
    }

    @Test(
        "Addresses that the table refuses are refused first",
        arguments: ["", "-a", "a-", "A", "é", "a b", "a/b", String(repeating: "a", count: 61)])
    func invalidSlugs(slug: String) {
        #expect(!SlugSuggestion.isValid(slug))
    }

    @Test("Mail addresses", arguments: ["claire@exemple.fr", "c+msp@sous.exemple.fr"])
    func plausible(email: String) {
        #expect(EmailAddress.isPlausible(email))
    }

    @Test(
        "What cannot be a mail address",
        arguments: ["", "claire", "claire@", "@exemple.fr", "a@b", "a@.fr", "a@b.", "a b@c.fr", "a@b@c.fr", "a\n@b.fr"])
    func implausible(email: String) {
        #expect(!EmailAddress.isPlausible(email))
    }

    @Test("A device is told by its browser and its system")
    func devices() {
        #expect(AccountDrawing.device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox sur Linux")
        #expect(
            AccountDrawing.device(
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0")
                == "Edge sur Windows")
        #expect(
            AccountDrawing.device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1")
                == "Safari sur iPhone")
        #expect(AccountDrawing.device("curl/8.5") == "Appareil inconnu")
    }

    @Test("How far a day is")
    func distances() throws {
        let today = try #require(CivilDate("2026-11-21"))
        #expect(
            [0, 1, -1, 5, -12].map { TodayDrawing.distance(from: today, to: today.adding(days: $0)) }
                == ["aujourd’hui", "demain", "hier", "dans 5 jours", "il y a 12 jours"])
    }

    @Test("The value that proves a form is bound to its session; a token has none")
    func forgery() {
        let key = [UInt8](repeating: 3, count: 32)
        let session = Credential(kind: .session, text: "a")
        #expect(session.csrf(key: key) == Credential(kind: .session, text: "a").csrf(key: key))
        #expect(session.csrf(key: key) != Credential(kind: .session, text: "b").csrf(key: key))
        #expect(Credential(kind: .token, text: "a").csrf(key: key).isEmpty)
    }

    @Test("A person sees the federation of the address only as its member")
    func above() {
        func organisation(_ kind: String, _ slug: String) -> PersonOrganisation {
            PersonOrganisation(
                id: .make(), kind: kind, slug: slug, name: slug, town: "", timeZone: "Europe/Paris", roles: [], permissions: [],
                modules: ["core"])
        }
        let person = Person(
            account: .make(), session: nil, credentialID: .make(), email: "a@b.fr", firstName: "A", lastName: "B", hasTOTP: false,
            organisations: [organisation("MSP", "m"), organisation("FEDERATION", "f"), organisation("AUTHORITY", "ars")])
        #expect(person.above("f")?.slug == "f" && person.above("ars") != nil)
        #expect(person.above("m") == nil && person.above("x") == nil)
        #expect(person.msps.map(\.slug) == ["m"])
    }

    @Test("Every right of the kernel names a role that an MSP knows, and the manager keeps the rights over members")
    func permissions() {
        for permission in CorePermissions.all { #expect(permission.defaultRoles.allSatisfy(CorePermissions.mspRoles.contains)) }
        for id in [CorePermissions.manageMembers, CorePermissions.manageRoles, CorePermissions.manageModules] {
            #expect(CorePermissions.all.first { $0.id == id }?.defaultRoles.contains(.manager) == true)
        }
    }

    @Test("Sizes of files")
    func sizes() {
        #expect([0, 999, 12_345, 1_449_999].map(French.fileSize) == ["0\u{A0}o", "999\u{A0}o", "13\u{A0}ko", "1,5\u{A0}Mo"])
    }
}
