"""Where people have stopped listening, so that they can go on anywhere; and how often is played."""
