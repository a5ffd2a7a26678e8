"""What a film tells besides its pictures' labels: faces, subtitles."""
