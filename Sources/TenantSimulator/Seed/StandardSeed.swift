extension Seed {
  /// The company that lives in the simulator when nobody names another: Harbour & Finch, who settle the sale of houses
  /// and therefore send wire instructions all day.
  package static let standardText = """
    {
      "tenant": {
        "displayName": "Harbour & Finch Settlement Services", "country": "IE", "city": "Galway",
        "domains": [
          {"name": "harbourfinch.example", "default": true, "passwordValidityInDays": 90},
          {"name": "harbourfinch.onmicrosoft.com", "initial": true},
          {"name": "closings.harbourfinch.example", "verified": false}
        ]
      },
      "application": {
        "displayName": "M365 Admin MCP",
        "federatedCredentials": [
          {"issuer": "https://token.ci.example", "subject": "repo:harbourfinch/admin:ref:refs/heads/main"}
        ]
      },
      "products": [
        {"partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 2},
        {"partNumber": "O365_BUSINESS_PREMIUM", "seats": 40},
        {"partNumber": "SPB", "seats": 30},
        {"partNumber": "EXCHANGEENTERPRISE", "seats": 2},
        {"partNumber": "EXCHANGEARCHIVE_ADDON", "seats": 5},
        {"partNumber": "POWER_BI_STANDARD", "seats": 1000000}
      ],
      "users": [
        {"userPrincipalName": "maeve.finch@harbourfinch.example", "displayName": "Maeve Finch", "givenName": "Maeve",
         "surname": "Finch", "jobTitle": "Managing Director", "department": "Management", "licenses": ["SPB"],
         "roles": ["Global Administrator"]},
        {"userPrincipalName": "owen.harbour@harbourfinch.example", "displayName": "Owen Harbour", "givenName": "Owen",
         "surname": "Harbour", "jobTitle": "Managing Partner", "department": "Management", "licenses": ["SPB"]},
        {"userPrincipalName": "nora.keane@harbourfinch.example", "displayName": "Nora Keane", "givenName": "Nora",
         "surname": "Keane", "jobTitle": "IT Administrator", "department": "IT", "licenses": ["SPB"],
         "manager": "maeve.finch@harbourfinch.example"},
        {"userPrincipalName": "tomas.brennan@harbourfinch.example", "displayName": "Tomás Brennan",
         "givenName": "Tomás", "surname": "Brennan", "jobTitle": "Head of Finance", "department": "Finance",
         "licenses": ["SPB"], "manager": "owen.harbour@harbourfinch.example"},
        {"userPrincipalName": "lukas.meyer@harbourfinch.example", "displayName": "Lukas Meyer", "givenName": "Lukas",
         "surname": "Meyer", "jobTitle": "Accountant", "department": "Finance",
         "licenses": ["O365_BUSINESS_PREMIUM", "POWER_BI_STANDARD"], "manager": "tomas.brennan@harbourfinch.example"},
        {"userPrincipalName": "aoife.walsh@harbourfinch.example", "displayName": "Aoife Walsh", "givenName": "Aoife",
         "surname": "Walsh", "jobTitle": "Settlement Lead", "department": "Operations",
         "licenses": ["O365_BUSINESS_PREMIUM"], "manager": "maeve.finch@harbourfinch.example"},
        {"userPrincipalName": "daniel.okafor@harbourfinch.example", "displayName": "Daniel Okafor",
         "givenName": "Daniel", "surname": "Okafor", "jobTitle": "Settlement Officer", "department": "Operations",
         "licenses": ["O365_BUSINESS_PREMIUM"], "manager": "aoife.walsh@harbourfinch.example"},
        {"userPrincipalName": "priya.raman@harbourfinch.example", "displayName": "Priya Raman", "givenName": "Priya",
         "surname": "Raman", "jobTitle": "Settlement Officer", "department": "Operations",
         "licenses": ["O365_BUSINESS_PREMIUM"], "manager": "aoife.walsh@harbourfinch.example",
         "automaticReply": "I am away until Monday. For closings please write to closings@harbourfinch.example."},
        {"userPrincipalName": "emma.nolan@harbourfinch.example", "displayName": "Emma Nolan", "givenName": "Emma",
         "surname": "Nolan", "jobTitle": "Legal Counsel", "department": "Legal", "licenses": ["SPB"],
         "manager": "owen.harbour@harbourfinch.example"},
        {"userPrincipalName": "sofia.rossi@harbourfinch.example", "displayName": "Sofia Rossi", "givenName": "Sofia",
         "surname": "Rossi", "jobTitle": "Marketing Manager", "department": "Marketing",
         "licenses": ["O365_BUSINESS_PREMIUM"], "manager": "owen.harbour@harbourfinch.example"},
        {"userPrincipalName": "james.doyle@harbourfinch.example", "displayName": "James Doyle", "givenName": "James",
         "surname": "Doyle", "jobTitle": "Client Relations", "department": "Operations",
         "licenses": ["O365_BUSINESS_ESSENTIALS"], "manager": "aoife.walsh@harbourfinch.example"},
        {"userPrincipalName": "hannah.byrne@harbourfinch.example", "displayName": "Hannah Byrne",
         "givenName": "Hannah", "surname": "Byrne", "jobTitle": "Reception", "department": "Office",
         "licenses": ["O365_BUSINESS_ESSENTIALS"], "manager": "maeve.finch@harbourfinch.example"},
        {"userPrincipalName": "test.user1@harbourfinch.example", "displayName": "Test User One", "givenName": "Test",
         "surname": "User One", "department": "IT", "licenses": ["O365_BUSINESS_PREMIUM"],
         "manager": "nora.keane@harbourfinch.example"},
        {"userPrincipalName": "test.user2@harbourfinch.example", "displayName": "Test User Two", "givenName": "Test",
         "surname": "User Two", "department": "IT", "licenses": ["O365_BUSINESS_PREMIUM"],
         "manager": "nora.keane@harbourfinch.example"},
        {"userPrincipalName": "rory.quinn@harbourfinch.example", "displayName": "Rory Quinn", "givenName": "Rory",
         "surname": "Quinn", "jobTitle": "Settlement Officer", "department": "Operations", "enabled": false},
        {"userPrincipalName": "alex.berg_norsund.example#EXT#@harbourfinch.onmicrosoft.com",
         "displayName": "Alex Berg (Norsund Bank)", "mailNickname": "alex.berg_norsund.example#EXT#", "guest": true,
         "mail": "alex.berg@norsund.example"},
        {"userPrincipalName": "info@harbourfinch.example", "displayName": "Info", "enabled": false,
         "mailbox": "shared", "sendAs": ["hannah.byrne@harbourfinch.example"]},
        {"userPrincipalName": "closings@harbourfinch.example", "displayName": "Closings", "enabled": false,
         "mailbox": "shared",
         "sendAs": ["aoife.walsh@harbourfinch.example", "daniel.okafor@harbourfinch.example"]},
        {"userPrincipalName": "seamus.daly@harbourfinch.example", "displayName": "Seamus Daly", "givenName": "Seamus",
         "surname": "Daly", "jobTitle": "Archivist", "department": "Office", "synchronized": true,
         "licenses": ["O365_BUSINESS_PREMIUM"], "manager": "maeve.finch@harbourfinch.example"},
        {"userPrincipalName": "emergency.access@harbourfinch.onmicrosoft.com", "displayName": "Emergency Access",
         "roles": ["Global Administrator"]},
        {"userPrincipalName": "lena.holt_stonegate.example#EXT#@harbourfinch.onmicrosoft.com",
         "displayName": "Lena Holt (Stonegate Realty)", "mailNickname": "lena.holt_stonegate.example#EXT#",
         "guest": true, "invitation": "PendingAcceptance", "mail": "lena.holt@stonegate.example"}
      ],
      "deletedUsers": [
        {"userPrincipalName": "ciara.moran@harbourfinch.example", "displayName": "Ciara Moran", "givenName": "Ciara",
         "surname": "Moran", "jobTitle": "Settlement Officer", "department": "Operations",
         "licenses": ["O365_BUSINESS_PREMIUM"]}
      ],
      "groups": [
        {"displayName": "Management", "description": "Those who decide", "mailNickname": "management", "team": true,
         "owners": ["maeve.finch@harbourfinch.example"],
         "members": ["owen.harbour@harbourfinch.example", "tomas.brennan@harbourfinch.example",
                     "emma.nolan@harbourfinch.example"]},
        {"displayName": "Closings", "description": "Every open closing, and who works on it",
         "mailNickname": "closings-team", "team": true, "owners": ["aoife.walsh@harbourfinch.example"],
         "members": ["daniel.okafor@harbourfinch.example", "priya.raman@harbourfinch.example",
                     "james.doyle@harbourfinch.example"]},
        {"displayName": "All Staff", "mailNickname": "all-staff", "kind": "distribution",
         "members": ["maeve.finch@harbourfinch.example", "owen.harbour@harbourfinch.example",
                     "nora.keane@harbourfinch.example", "tomas.brennan@harbourfinch.example"]},
        {"displayName": "VPN Users", "mailNickname": "vpn-users", "kind": "security",
         "members": ["nora.keane@harbourfinch.example", "lukas.meyer@harbourfinch.example"]}
      ],
      "mail": [
        {"from": "aoife.walsh@harbourfinch.example", "to": ["closings@harbourfinch.example"], "daysAgo": 3,
         "subject": "Closing 2214 moves to Thursday", "text": "The buyer's bank needs one more day."},
        {"from": "tomas.brennan@harbourfinch.example",
         "to": ["owen.harbour@harbourfinch.example", "maeve.finch@harbourfinch.example"], "daysAgo": 2,
         "subject": "Month-end figures", "html": "<p>The figures are in the usual place.</p>"},
        {"from": "maeve.finch@harbourfinch.example", "to": ["nora.keane@harbourfinch.example"], "daysAgo": 1,
         "subject": "New colleague starts on Monday", "text": "Could you prepare an account, please?"}
      ],
      "serviceIssues": [
        {"id": "EX912345", "service": "Exchange Online", "classification": "advisory", "status": "serviceDegradation",
         "feature": "E-Mail timely delivery", "title": "Some messages arrive late", "daysAgo": 1},
        {"id": "TM901234", "service": "Microsoft Teams", "classification": "incident", "status": "serviceRestored",
         "feature": "Teams Components", "title": "Users could not join meetings", "daysAgo": 9, "resolved": true}
      ],
      "serviceMessages": [
        {"id": "MC700001", "title": "Basic authentication for SMTP AUTH ends", "services": ["Exchange Online"],
         "category": "planForChange", "major": true, "daysAgo": 12,
         "text": "Clients that submit mail with a password alone stop working."},
        {"id": "MC700002", "title": "New look of the channel list", "services": ["Microsoft Teams"],
         "category": "stayInformed", "daysAgo": 4, "text": "Channels can be sorted by unread messages."}
      ]
    }
    """

  package static func standard() throws(SeedError) -> Seed { try Seed(text: standardText) }
}
